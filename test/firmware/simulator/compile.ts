import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadImage } from "./chip/hex.ts";

function run(folder: string, command: string, ...args: string[]): void {
  const { status, error, stderr } = spawnSync(command, args, { cwd: folder, encoding: "utf8" });
  if (error) throw new Error(`${command} is needed (Debian: gcc-avr, avr-libc, binutils-avr): ${error.message}`);
  if (status !== 0) throw new Error(`${command}: ${stderr}`);
}

/** Flash of a small C program for the chip. */
export function compile(source: string, clockHz = 8_000_000): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "meterman-chip-"));
  try {
    writeFileSync(join(folder, "program.c"), source);
    const target = ["-std=c11", "-mmcu=atmega328p", `-DF_CPU=${clockHz}UL`, "-Os", "-Wall"];
    run(folder, "avr-gcc", ...target, "-o", "program.elf", "program.c");
    run(folder, "avr-objcopy", "-O", "ihex", "-R", ".eeprom", "program.elf", "program.hex");
    return loadImage(join(folder, "program.hex"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
