import { main } from "./index.ts";

// What still waits for input must not keep the process, but what was written has to be out.
void main(process.argv.slice(2)).then((code) => process.stdout.write("", () => process.exit(code)));
