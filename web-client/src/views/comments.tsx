import type { JSX } from "preact";
import { memo } from "preact/compat";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../i18n";
import { count } from "../i18n/format";
import { sentenceOf } from "../i18n/refusal";
import type { Line } from "../store/room";

/** This close to the end counts as reading the newest. */
const END_PIXELS = 40;

interface CommentsProps {
  lines: readonly Line[];
  /** How many comments are not among the lines, because the room is so busy. */
  leftOut: number;
  again: (line: Line) => void;
}

/** The stream of comments. It stays at the newest unless the reader has scrolled up. */
export function Comments({ lines, leftOut, again }: CommentsProps): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const [unseen, setUnseen] = useState(false);
  const last = lines.at(-1)?.id;

  const toEnd = (): void => {
    if (box.current) {
      box.current.scrollTop = box.current.scrollHeight;
    }
    atEnd.current = true;
    setUnseen(false);
  };

  useLayoutEffect(() => {
    if (atEnd.current) {
      toEnd();
    } else {
      setUnseen(true);
    }
  }, [last]);

  return (
    <div class="comments">
      {lines.length === 0 && <p class="quiet empty">{t("room.comments.empty")}</p>}
      <div
        ref={box}
        class="log"
        role="log"
        aria-live="polite"
        aria-relevant="additions"
        aria-label={t("room.comments")}
        tabIndex={0}
        onScroll={(event) => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          atEnd.current = scrollHeight - scrollTop - clientHeight < END_PIXELS;
          if (atEnd.current) {
            setUnseen(false);
          }
        }}
      >
        <ol>
          {lines.map((line) => (
            <CommentLine key={line.key ?? line.id} line={line} again={again} />
          ))}
        </ol>
      </div>
      {leftOut > 0 && <p class="left-out quiet">{t("room.comments.leftOut", { count: count(leftOut) })}</p>}
      {unseen && (
        <button type="button" class="unseen" onClick={toEnd}>
          {t("room.comments.new")}
        </button>
      )}
    </div>
  );
}

/** Lines never change once they are shown, so that only new ones are rendered. */
const CommentLine = memo(
  ({ line, again }: { line: Line; again: (line: Line) => void }): JSX.Element => (
    <li class={`line ${line.state}`}>
      <span class="name">{line.name}</span>
      {line.host && <span class="badge accent">{t("room.host")}</span>}
      <span class="text">{line.text}</span>
      {line.state === "sending" && <small class="quiet">{t("room.comment.sending")}</small>}
      {line.state === "failed" && (
        <span class="bad">
          {sentenceOf({ reason: line.reason ?? "" })}{" "}
          <button type="button" class="plain" onClick={() => again(line)}>
            {t("room.comment.again")}
          </button>
        </span>
      )}
    </li>
  ),
  (before, after) => before.line === after.line,
);
