import { existsSync } from "node:fs";
import { join } from "node:path";

const shipped = join(import.meta.dirname, "..", "..", "..", "firmware", "dist");

/** Path of an image that is shipped, or of METERMAN_IMAGES while it is being worked on. */
export function imageOf(
  device: "meternode" | "meternode-a" | "gateway" | "gateway-a",
  mhz: 7.3728 | 8 | 16,
  band: 434 | 868 | 915 = 915,
): string {
  const path = join(process.env.METERMAN_IMAGES ?? shipped, `${device}-${mhz}mhz-${band}.hex`);
  if (!existsSync(path)) throw new Error(`${path} is missing: make -C firmware dist`);
  return path;
}
