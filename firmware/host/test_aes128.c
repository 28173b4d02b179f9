/* AES-128 against FIPS 197 appendices B and C.1, and NIST SP 800-38A F.1.1 (ECB-AES128.Encrypt). */
#include "common/aes128.h"
#include "host/rig.h"

static void check(const char *key, const char *plain, const char *cipher) {
    uint8_t bytes[3][16], before[16];
    const char *texts[] = {key, plain, cipher};
    for (int t = 0; t < 3; t++)
        for (int i = 0; i < 16; i++) {
            unsigned value;
            sscanf(texts[t] + 2 * i, "%2x", &value);
            bytes[t][i] = (uint8_t)value;
        }
    memcpy(before, bytes[0], 16);
    aes128_encrypt(bytes[0], bytes[1]);
    CHECK_BYTES(bytes[2], bytes[1], 16);
    CHECK_BYTES(before, bytes[0], 16);
}

static void encrypts_the_examples_of_fips_197(void) {
    check("2b7e151628aed2a6abf7158809cf4f3c", "3243f6a8885a308d313198a2e0370734", "3925841d02dc09fbdc118597196a0b32");
    check("000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff", "69c4e0d86a7b0430d8cdb78070b4c55a");
}

static void encrypts_the_examples_of_sp_800_38a(void) {
    static const char key[] = "2b7e151628aed2a6abf7158809cf4f3c";
    check(key, "6bc1bee22e409f96e93d7e117393172a", "3ad77bb40d7a3660a89ecaf32466ef97");
    check(key, "ae2d8a571e03ac9c9eb76fac45af8e51", "f5d3d58503b9699de785895a96fdbaaf");
    check(key, "30c81c46a35ce411e5fbc1191a0a52ef", "43b1cd7f598ece23881b00e3ed030688");
    check(key, "f69f2445df4f9b17ad2b417be66c3710", "7b0c785e27e8ad3f8223207104725dd4");
}

int main(void) {
    RUN(encrypts_the_examples_of_fips_197);
    RUN(encrypts_the_examples_of_sp_800_38a);
    return rig_end();
}
