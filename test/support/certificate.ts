import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Clock } from "./hass/clock.ts";

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A self-signed certificate of two days for `name` (`IP:127.0.0.1`, `DNS:ha.example`), made so many days ago. */
export async function makeCertificate(name: string, agoDays = 0): Promise<Certificate> {
  const folder = await mkdtemp(join(tmpdir(), "meterman-tls-"));
  const [key, cert] = [join(folder, "key.pem"), join(folder, "cert.pem")];
  try {
    const clock = agoDays === 0 ? new Clock() : Clock.at(Date.now() - agoDays * 86_400_000);
    const args = [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
      ...["-keyout", key, "-out", cert, "-days", "2", "-subj", "/CN=meterman test"],
      ...["-addext", `subjectAltName=${name}`],
    ];
    await promisify(execFile)("openssl", args, { env: { ...process.env, ...clock.env() } });
    return { cert: await readFile(cert, "utf8"), key: await readFile(key, "utf8") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
