import type { Ether } from "../simulator/ether.ts";
import type { Place } from "../simulator/path-loss.ts";
import type { Scheduler } from "../simulator/scheduler.ts";
import { Datagrams } from "./datagram.ts";
import { instruct } from "./gateway-commands.ts";
import { type NodeSlot, Registry, UNKNOWN } from "./gateway-registry.ts";
import { DEFAULT_KEY, type Frame, type NetworkOptions, PacketRadio } from "./packet-radio.ts";
import { type Program, pause, Task } from "./task.ts";
import { cNumber, cString, fields, padded } from "./texts.ts";

export interface V10GatewayOptions extends NetworkOptions, Partial<Place> {
  /** Node address; 1 as shipped. */
  readonly address?: number;
}

const YEAR_2017 = 1_483_228_800;
const LINE_LENGTH = 39;
const UART_BUFFER = 64;
/** One character at 115200 baud. */
const CHARACTER_US = 86.8;

/** A deployed gateway with firmware v10, as its radio and its serial line show it: frames, acknowledgements, log, and faults. */
export class V10Gateway {
  readonly radio: PacketRadio;
  onLine: (line: string) => void = () => undefined;
  readonly lines: string[] = [];
  readonly #s: Scheduler;
  readonly #o: V10GatewayOptions;
  readonly #datagrams: Datagrams;
  readonly #registry = new Registry();
  readonly #task: Task;
  #typed = "";
  #lineFreeUs = 0;
  #line = "";
  #clock = { epoch: YEAR_2017, setUs: 0 };
  #bootedS = YEAR_2017;
  #lastNumber = 0;
  #printed = 0;

  constructor(s: Scheduler, ether: Ether, o: V10GatewayOptions = {}) {
    this.#s = s;
    this.#o = o;
    this.#clock.setUs = s.now;
    this.radio = new PacketRadio(s, ether, { name: "v10 gateway", txDbm: 19, ...o, kind: "HW" });
    this.#datagrams = new Datagrams(s, this.radio, this.#address);
    this.#task = new Task(s, this.#main());
    this.radio.onEvent = () => this.#task.wake();
  }

  /** What the server writes, a character after the other; a carriage return ends a line. Until it comes, the gateway does not look at its radio. */
  type(text: string): void {
    for (const character of text) {
      this.#lineFreeUs = Math.max(this.#s.now, this.#lineFreeUs) + CHARACTER_US;
      this.#s.at(this.#lineFreeUs, () => {
        // More than fits while the program is busy is lost.
        if (this.#typed.length < UART_BUFFER) this.#typed += character;
        this.#task.wake();
      });
    }
  }

  get nodes(): readonly NodeSlot[] {
    return this.#registry.slots;
  }

  get #address(): number {
    return this.#o.address ?? 1;
  }

  get #now(): number {
    return this.#clock.epoch + Math.floor((this.#s.now - this.#clock.setUs) / 1e6);
  }

  *#main(): Program {
    for (const line of ["", "", "=BOOT=", "R_FLG 0x1 PO", "INFO: Read ROM", "DEBUG: Radio Init"]) this.#print(line);
    this.#tell(`GMSG;${this.#address},GMSG,BOOT v10. Flags: 1 R_FLG 0x0`, "");
    for (const line of ["DEBUG: RTC Init", `DEBUG: ${this.#timeText()}`]) this.#print(line);
    this.#tell("GTIME");
    for (;;) {
      // While the UART is drained the radio idles: what is sent right behind a burst of lines is missed.
      yield* pause(this.#s, Math.max(0, this.#printed - UART_BUFFER) * CHARACTER_US);
      this.#printed = 0;
      this.#readSerial();
      if (this.#printed > 0) continue;
      if (this.#line !== "") {
        yield Infinity;
        continue;
      }
      const frame = yield* this.#datagrams.receive(this.#s.now + 1e6);
      if (frame) yield* this.#handle(frame);
      for (const { id, lastSeen } of this.#registry.darkened(this.#now)) this.#tell(`NDARK;${id},${lastSeen}`);
    }
  }

  #readSerial(): void {
    for (const character of this.#typed) {
      if (character === "\r") {
        const line = this.#line;
        this.#line = "";
        this.#print(line);
        this.#obey(line);
      } else if (character >= " " && character <= "\x7f" && this.#line.length < LINE_LENGTH) {
        this.#line += character;
      }
    }
    this.#typed = "";
  }

  #obey(line: string): void {
    const command = line.slice(4);
    const value = cNumber(command.slice(command.indexOf(";") + 1)) ?? 0;
    if (line === "") return;
    if (!line.startsWith("S>G:")) this.#refuse();
    else if (command.startsWith("STIME")) this.#setTime(value);
    else if (command.startsWith("GGWSNAP")) this.#snapshot();
    else if (command.startsWith("GNOSNAP")) this.#nodeSnapshot(value);
    else this.#instruct(command);
  }

  /** Its console is not modelled: all that is typed there is a bad command. */
  #refuse(): void {
    this.#print(" > Bad Cmd");
    this.#print(" > Cmds: HELP DUMPG DUMPN RCFG TIME LOGL EKEY NETI GWID TXPW ENTA ");
  }

  #instruct(command: string): void {
    const answer = instruct(this.#registry, command);
    if (answer) {
      this.#tell(answer.line);
      this.#log(answer.level, answer.log);
    } else {
      this.#log("WARN", `Bad Serial Message: S>G:${command}`);
    }
  }

  #setTime(epoch: number): void {
    if (epoch === 0) {
      this.#tell("STIME_NACK");
      this.#log("WARN", "Bad STIME from server");
      return;
    }
    if (this.#bootedS === YEAR_2017) this.#bootedS = epoch;
    this.#clock = { epoch, setUs: this.#s.now };
    this.#lastNumber = epoch;
    // Nobody is watched until it is heard again: setting the clock hides a dead node.
    for (const slot of this.#registry.slots) slot.lastSeen = UNKNOWN;
    this.#log("DEBUG", this.#timeText());
    this.#tell("STIME_ACK");
    this.#log("DEBUG", `Set time on svr inst=${this.#timeText().slice(5)}`);
  }

  #snapshot(): void {
    const network = (this.#o.network ?? [0, 0, 1, 1]).join(".");
    const state = [this.#address, this.#bootedS, 398, this.#now, "DEBUG", this.#o.key ?? DEFAULT_KEY];
    this.#tell(`GWSNAP;${[...state, network, this.radio.txDbm].join(",")}`);
  }

  #nodeSnapshot(id: number): void {
    const slots = this.#registry.slots.filter((slot) => id === 254 || slot.id === id);
    const [first, ...others] = slots.map((slot) => slot.snapshot());
    if (first !== undefined) this.#tell(`NOSNAP;${first}`, ...others.map((other) => `;${other}`), "");
    else this.#tell(id === 254 ? "NOSNAP" : `GNOSNAP_NACK;${id}`);
  }

  *#handle({ from, payload }: Frame): Program {
    const text = cString(payload);
    this.#log("DEBUG", `Got msg: ${text}. RSSI = ${this.radio.rssiDbm}`);
    const slot = this.#registry.admit(from);
    if (!slot) {
      this.#log("ERROR", `Can't add node ${from}: array full`);
      return;
    }
    slot.lastSeen = this.#now;
    slot.rssiDbm = this.radio.rssiDbm;
    const kind = text.slice(0, 4).toUpperCase();
    if (kind === "PREQ") yield* this.#answerTime(slot, text);
    else if (kind === "GINR") yield* this.#answerStatus(slot, text);
    else if (kind === "GMSG") this.#relayText(from, text);
    else if (["MREB", "MUP_", "MUPC"].includes(kind)) {
      slot.account(text);
      this.#tell(`${kind};${from},${text}`);
    } else this.#log("WARN", `Unknown msg from node ${from}: ${text}`);
  }

  *#answerTime(slot: NodeSlot, text: string): Program {
    const [asked = 0] = fields(text);
    slot.driftS = this.#now - asked;
    yield* this.#send(slot, `PRSP,${asked},${this.#now},1`);
  }

  *#answerStatus(slot: NodeSlot, text: string): Program {
    const told = fields(text);
    slot.status = slot.status.map((old, index) => told[index] ?? old);
    this.#log("INFO", `Last RSSI at node=${slot.status[4]}`);
    const { text: instruction, name } = slot.instruction();
    this.#log("INFO", `Sent ${name} to node ${slot.id}`);
    yield* this.#send(slot, instruction);
  }

  *#send(slot: NodeSlot, text: string): Program {
    const message = `${text},${slot.rssiDbm}`;
    this.#log("DEBUG", `Sending: ${message}`);
    const heard = yield* this.#datagrams.send(slot.id, padded(message));
    if (!heard) this.#log("WARN", `Send fail: ${message}`);
  }

  #relayText(from: number, text: string): void {
    this.#log("INFO", `Got bcast from node ${from}: ${text}`);
    const boot = text.startsWith("GMSG,BOOT");
    this.#tell(`GMSG;${from},${text} ${boot ? this.#resetFlags() : ""}`, ...(boot ? [""] : []));
  }

  /** Meant to be the node's reset cause; it shows the low byte of the last number the gateway has read. */
  #resetFlags(): string {
    const byte = this.#lastNumber & 0xff;
    const names = [byte & 8 && " WD", byte & 4 && " BO", byte & 2 && " EX", byte & 1 && " PO", byte & 0xf0 && " UN"];
    return `R_FLG 0x${byte.toString(16).toUpperCase()}${names.filter((name) => name !== 0).join("")}`;
  }

  #timeText(): string {
    return `Time=${new Date(this.#now * 1000).toISOString().slice(0, 19).replace("T", " ")}`;
  }

  #tell(first: string, ...others: string[]): void {
    for (const line of [`G>S:${first}`, ...others]) this.#print(line);
  }

  #log(level: "ERROR" | "WARN" | "INFO" | "DEBUG", text: string): void {
    this.#print(`${level}: ${text}`);
  }

  #print(line: string): void {
    this.#printed += line.length + 2;
    this.lines.push(line);
    this.onLine(line);
  }
}
