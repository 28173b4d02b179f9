import { expect, it } from "vitest";
import { meterNodeBench } from "./meternode-bench.ts";

const MCUSR = 0x54;

it.each([
  ["Optiboot has cleared the register and hands it over in r2", 0, 4, 4],
  ["there is no boot loader, and r2 holds anything", 2, 0xa5, 2],
])("tells the cause of its reset when %s", (_, mcusr, r2, told) => {
  const { world, node, sent } = meterNodeBench({ seed: 6, gateway: true });
  world.run(30);
  node.reset("external");
  node.chip.core.data[MCUSR] = mcusr;
  node.chip.core.data[2] = r2;
  world.run(60);
  expect(sent("GMSG,BOOT").at(-1)).toBe(`GMSG,BOOT v11. Flags: ${told}`);
});
