import { describe, expect, it } from "vitest";
import { networkMismatch, toFact } from "../../nodes/gateway/index.ts";
import { DEFAULT_NETWORK, type Fact } from "../../nodes/model/index.ts";
import { frameOf, NOW } from "./support.ts";

const factOf = (text: string): Fact | undefined => toFact(frameOf(text), DEFAULT_NETWORK, NOW);

describe("facts", () => {
  it("name the meter by the network that was set", () => {
    expect(factOf("G>S:MREB;2,MREB,1783000617,18829392")).toEqual({
      kind: "rebase",
      meter: "0.0.1.1.2",
      time: 1783000617,
      register: 18829392,
      receivedAt: NOW,
    });
  });

  it("carry the entries of an update, with amperes when there are any", () => {
    expect(factOf("G>S:MUPC;3,MUPC,1783000006,0;10,2,15.80;3,1,15.78")).toEqual({
      kind: "update",
      meter: "0.0.1.1.3",
      baseTime: 1783000006,
      baseRegister: 0,
      entries: [
        { duration: 10, energy: 2, amps: 15.8 },
        { duration: 3, energy: 1, amps: 15.78 },
      ],
      receivedAt: NOW,
    });
  });

  it("carry impulses and the time of the last one, where the node tells them", () => {
    const entries = "15,5,5,1499;900,300,300,0;15,0,0,0;15,1,1,1501";
    expect(factOf(`G>S:MUPT;2,MUPT,1783000006,100,1000;${entries}`)).toEqual({
      kind: "update",
      meter: "0.0.1.1.2",
      baseTime: 1783000006,
      baseRegister: 100,
      impulsesPerKwh: 1000,
      entries: [
        { duration: 15, energy: 5, impulses: 5, lastImpulseS: 14.99 },
        // Counted while the gateway was away: nobody knows when.
        { duration: 900, energy: 300, impulses: 300 },
        { duration: 15, energy: 0, impulses: 0 },
        // An impulse behind the end of its interval is no time.
        { duration: 15, energy: 1, impulses: 1 },
      ],
      receivedAt: NOW,
    });
    expect(factOf("G>S:MUTC;2,MUTC,1783000006,100,800;15,6,5,1,1005")).toMatchObject({
      impulsesPerKwh: 800,
      entries: [{ duration: 15, energy: 6, impulses: 5, lastImpulseS: 0.01, amps: 10.05 }],
    });
  });

  it("leave out what a node has not reported yet, instead of saying 0", () => {
    expect(factOf("G>S:NOSNAP;2,0,0,0,0,1783000007,1783000003,0,0,1783000003,0,0.00,0,0,-60")).toEqual({
      kind: "snapshot",
      meter: "0.0.1.1.2",
      lastSeen: 1783000007,
      lastEntryFinish: 1783000003,
      lastRegister: 0,
      rssi: -60,
      receivedAt: NOW,
    });
  });

  it("carry what it has reported, zeros included, but no current that no clamp measured", () => {
    const fact = factOf("G>S:NOSNAP;2,4495,4,0,367,1783000005,-2,60,1000,1783000002,0,0.00,0,100,-75");
    expect(fact).toMatchObject({ battery: 4495, slept: 0, clockDrift: -2, ledRate: 0, ledMs: 100, interval: 60 });
    expect(fact).not.toHaveProperty("lastAmps");
  });

  it("know that last seen 4294967295 and 0 mean unknown", () => {
    for (const unknown of ["4294967295", "0"]) {
      const text = `G>S:NOSNAP;2,4495,2429,2387,367,${unknown},3,15,1000,1783002944,249,0.00,0,100,-72`;
      expect(factOf(text)).not.toHaveProperty("lastSeen");
      expect(factOf(`G>S:NDARK;3,${unknown}`)).toEqual({ kind: "dark", meter: "0.0.1.1.3", receivedAt: NOW });
    }
    expect(factOf("G>S:NDARK;3,1783000841")).toMatchObject({ lastSeen: 1783000841 });
  });

  it("announce a node's start", () => {
    expect(factOf("G>S:GMSG;2,GMSG,BOOT v10. Flags: 1 R_FLG 0xC0 UN")).toMatchObject({
      kind: "text",
      text: "BOOT v10. Flags: 1",
      boot: { version: 10, flags: 1 },
    });
  });

  it("are not made of answers to commands, nor of the gateway's own texts", () => {
    for (const text of [
      "G>S:GTIME",
      "G>S:STIME_ACK",
      "G>S:SMVAL_NACK;2",
      "G>S:NOSNAP",
      "G>S:SCMD_NACK",
      "G>S:RADIO;9,1,4,0,-70,",
    ]) {
      expect(factOf(text)).toBeUndefined();
    }
    expect(factOf("G>S:GMSG;1,GMSG,BOOT v10. Flags: 1 R_FLG 0x0")).toBeUndefined();
  });

  it("of a gateway on another network are a fault that names both", () => {
    const gateway = (network: string) =>
      factOf(`G>S:GWSNAP;1,1783000000,398,1783000019,DEBUG,CHANGE_ME_PLEASE,${network},19`) as Fact;
    expect(networkMismatch(gateway("0.0.1.1"), DEFAULT_NETWORK)).toBeUndefined();
    const failure = networkMismatch(gateway("0.0.1.2"), DEFAULT_NETWORK);
    expect(failure).toMatchObject({ code: "METERMAN_NETWORK_MISMATCH", field: "network" });
    expect(failure?.message).toContain("0.0.1.2");
    expect(failure?.message).toContain("0.0.1.1");
  });
});
