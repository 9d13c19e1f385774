/** The protocol's own errors, by code: their messages may be sentences that say more. */
const PROTOCOL_NAMES: Readonly<Record<number, string>> = {
  100: "internal_server_error",
  101: "unauthorized",
  102: "unknown_channel",
  103: "permission_denied",
  104: "method_not_found",
  105: "already_subscribed",
  106: "limit_exceeded",
  107: "bad_request",
  108: "not_available",
  109: "token_expired",
  110: "expired",
  111: "too_many_requests",
  112: "unrecoverable_position",
};

/**
 * Why something did not work, as a stable lower-case name. The server's refusals carry theirs in the message
 * (`sold_out`); the protocol's own errors ("permission denied") become `permission_denied`.
 */
export class Failure extends Error {
  readonly code: number;
  readonly reason: string;

  constructor(code: number, reason: string) {
    super(reason);
    this.name = "Failure";
    this.code = code;
    this.reason = reason;
  }

  /** Makes a failure of whatever was thrown; never throws itself. */
  static of(thrown: unknown): Failure {
    if (thrown instanceof Failure) {
      return thrown;
    }
    if (isCoded(thrown)) {
      return new Failure(thrown.code, PROTOCOL_NAMES[thrown.code] ?? nameOf(thrown.message));
    }
    return new Failure(0, "unexpected");
  }

  /** Nothing was heard from the server, so the same request with the same key is safe and may well succeed. */
  get unanswered(): boolean {
    return this.code < 100;
  }
}

function isCoded(value: unknown): value is { code: number; message: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as { code?: unknown }).code === "number" &&
    typeof (value as { message?: unknown }).message === "string"
  );
}

function nameOf(message: string): string {
  return message
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "");
}
