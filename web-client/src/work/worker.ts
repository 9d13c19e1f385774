import { solve } from "./solve";

/** Works where it holds up nothing that a person sees. */
self.onmessage = (message: MessageEvent<{ text: string; bits: number }>): void => {
  self.postMessage(solve(message.data.text, message.data.bits));
};
