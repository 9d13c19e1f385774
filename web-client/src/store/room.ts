import type { Comment, Id, Room, RoomGreeting, RoomPublication, Sale } from "../api/types";

/** What the page keeps; older lines fall out, however fast a room talks. */
export const LINES_MAX = 200;
export const SALES_MAX = 20;

/** A comment as shown. A line of one's own is there before the server has it. */
export interface Line {
  /** The comment's id, or the sender's key as long as there is none. */
  id: Id;
  key?: string;
  userId: Id;
  name: string;
  text: string;
  at: number;
  host: boolean;
  state: "sending" | "shown" | "failed";
  /** How many comments before it the server left out, because the room is so busy. */
  leftOut?: number;
  /** Why it failed, as a stable name. */
  reason?: string;
}

export interface RoomState {
  room: Room;
  lines: readonly Line[];
  sales: readonly Sale[];
  /** How many comments were left out since the last line. */
  leftOut: number;
}

/** What comes over the wire while one listens. */
export type RoomNews = RoomPublication | { type: "left-out"; count: number };

export type RoomEvent =
  | { type: "published"; publications: readonly RoomNews[] }
  | { type: "greeted"; greeting: RoomGreeting }
  | { type: "sending"; line: Line }
  | { type: "sent"; key: string; commentId: Id; at: number }
  | { type: "unsent"; key: string; reason: string };

/** What a room becomes by an event. Pure, so that every order of reply and publication can be tested. */
export function reduceRoom(state: RoomState, event: RoomEvent): RoomState {
  switch (event.type) {
    case "greeted":
      return greeted(state, event.greeting);
    case "published":
      return event.publications.reduce(published, state);
    case "sending":
      return { ...state, lines: bounded([...state.lines.filter((line) => line.key !== event.line.key), event.line]) };
    case "sent":
      return { ...state, lines: confirmed(state.lines, event.key, event.commentId, event.at) };
    case "unsent":
      return {
        ...state,
        lines: state.lines.map((line) =>
          line.key === event.key && line.state === "sending"
            ? { ...line, state: "failed", reason: event.reason }
            : line,
        ),
      };
  }
}

export function roomState(greeting: RoomGreeting): RoomState {
  return {
    room: greeting.room,
    lines: bounded(inOrder(greeting.comments).map(lineOf)),
    sales: greeting.sales.slice(0, SALES_MAX),
    leftOut: 0,
  };
}

/** After a reconnection: the room as it is now, with the lines already here and one's own still on their way. */
function greeted(state: RoomState, greeting: RoomGreeting): RoomState {
  const fresh = roomState(greeting);
  const known = new Set(state.lines.map((line) => line.id));
  const added = fresh.lines.filter((line) => !known.has(line.id));
  const settled = state.lines.filter((line) => line.state === "shown");
  const pending = state.lines.filter((line) => line.state !== "shown");
  return {
    ...fresh,
    room: withLikes(fresh.room, state.room.likes),
    lines: bounded([...settled, ...added, ...pending]),
  };
}

/** Likes only grow: an answer that was on its way while they did is not believed. */
export function withLikes(room: Room, likes: number): Room {
  return room.likes >= likes ? room : { ...room, likes };
}

/** How many comments are missing between the lines shown, and behind them. */
export function leftOutOf(state: RoomState): number {
  return state.lines.reduce((sum, line) => sum + (line.leftOut ?? 0), state.leftOut);
}

function published(state: RoomState, publication: RoomNews): RoomState {
  switch (publication.type) {
    case "comment":
      return { ...state, lines: withComment(state.lines, publication, state.leftOut), leftOut: 0 };
    case "left-out":
      return { ...state, leftOut: state.leftOut + publication.count };
    case "likes":
      return { ...state, room: withLikes({ ...state.room, likes: publication.total }, state.room.likes) };
    case "viewers":
      return { ...state, room: { ...state.room, viewers: publication.count } };
    case "pinned":
      return { ...state, room: { ...state.room, pinned: publication.product } };
    case "stage":
      return { ...state, room: { ...state.room, stage: publication.stage } };
    case "sale":
      return { ...state, sales: withSale(state.sales, publication.sale) };
    default:
      // A newer server may say more than this page knows.
      return state;
  }
}

/** A publication may overtake the reply to its sender; then the waiting line becomes the published one. */
function withComment(lines: readonly Line[], comment: Comment, leftOut: number): readonly Line[] {
  const said = leftOut > 0 ? { ...lineOf(comment), leftOut } : lineOf(comment);
  if (lines.some((line) => line.id === comment.id)) {
    return lines;
  }
  const own = lines.findIndex(
    (line) => line.state === "sending" && line.userId === comment.userId && line.text === comment.text,
  );
  if (own >= 0) {
    return lines.map((line, index) => (index === own ? { ...said, key: line.key } : line));
  }
  return bounded([...lines, said]);
}

function confirmed(lines: readonly Line[], key: string, commentId: Id, at: number): readonly Line[] {
  const published = lines.some((line) => line.id === commentId);
  return lines.flatMap((line) => {
    if (line.key !== key || line.id === commentId) {
      return [line];
    }
    return published ? [] : [{ ...line, id: commentId, at, state: "shown" as const }];
  });
}

function withSale(sales: readonly Sale[], sale: Sale): readonly Sale[] {
  return [sale, ...sales.filter((other) => other.id !== sale.id)].slice(0, SALES_MAX);
}

function lineOf(comment: Comment): Line {
  const { id, userId, name, text, at, host } = comment;
  return { id, userId, name, text, at, host, state: "shown" };
}

function inOrder(comments: readonly Comment[]): Comment[] {
  return [...comments].sort((one, other) => one.at - other.at || (one.id < other.id ? -1 : 1));
}

function bounded(lines: readonly Line[]): readonly Line[] {
  return lines.length > LINES_MAX ? lines.slice(lines.length - LINES_MAX) : lines;
}
