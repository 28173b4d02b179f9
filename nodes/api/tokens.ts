import { createHash, timingSafeEqual } from "node:crypto";
import type { EpochSeconds } from "../model/index.ts";

/** What a token lets its bearer do: look, correct what is kept, switch loads. One does not include another. */
export const SCOPES = ["read", "adjust", "control"] as const;
export type Scope = (typeof SCOPES)[number];

/** A token as the node's settings have it: enough to know it again, nothing to use it with. */
export interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** SHA-256 of the secret, 64 hex digits. */
  readonly hash: string;
  readonly created: EpochSeconds;
}

export interface NewToken {
  readonly id: string;
  /** For the user's eyes, once. */
  readonly secret: string;
  readonly hash: string;
  readonly created: EpochSeconds;
}

/** Random bytes of a secret: too many to guess, so a plain hash keeps it safe. */
export const SECRET_BYTES = 32;
/** Makes a secret that lies about somewhere recognisable as one of ours. */
const PREFIX = "mm_";

/** @param random SECRET_BYTES random bytes */
export function newToken(random: Uint8Array, created: EpochSeconds): NewToken {
  const secret = PREFIX + Buffer.from(random).toString("base64url");
  const digest = digestOf(secret).toString("hex");
  return { id: digest.slice(0, 12), secret, hash: digest, created };
}

/** The token that `secret` belongs to. Every one is compared, each in constant time: how long it takes tells nothing. */
export function findToken(tokens: readonly Token[], secret: string): Token | undefined {
  const digest = digestOf(secret);
  return tokens.filter(({ hash }) => sameBytes(Buffer.from(hash, "hex"), digest))[0];
}

function digestOf(secret: string): Buffer {
  return createHash("sha256").update(secret).digest();
}

function sameBytes(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}

export const TOKENS_SCHEMA = {
  type: "array",
  maxItems: 100,
  items: {
    type: "object",
    required: ["id", "name", "scopes", "hash", "created"],
    properties: {
      id: { type: "string", minLength: 1, maxLength: 64 },
      name: { type: "string", maxLength: 100 },
      scopes: { type: "array", items: { enum: SCOPES }, uniqueItems: true },
      hash: { type: "string", pattern: "^[0-9a-f]{64}$" },
      created: { type: "integer", minimum: 0 },
    },
  },
} as const;
