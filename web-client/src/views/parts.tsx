import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { Failure } from "../api/failure";
import { t, type Key } from "../i18n";
import { dateTime, relative, remaining } from "../i18n/format";
import { sentenceOf } from "../i18n/refusal";
import { claimFocus } from "../router";
import { now } from "../store/clock";
import type { Action, Load } from "../store/load";
import { useTitle } from "./use";

interface PageTitleProps {
  text: string;
  /** Shown only until the page knows its own heading. */
  passing?: boolean;
  children?: ComponentChildren;
}

/** A page's heading; it takes the focus after a change of page, so that a screen reader says where one is. */
export function PageTitle({ text, passing = false, children }: PageTitleProps): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useTitle(text);
  useEffect(() => {
    if (!passing && claimFocus()) {
      heading.current?.focus({ preventScroll: true });
    }
  }, []);
  return (
    <header class="page-title">
      <h1 ref={heading} tabIndex={-1}>
        {text}
      </h1>
      {children}
    </header>
  );
}

interface LoadedProps<T> {
  load: Load<T>;
  retry?: () => unknown;
  /** Shown where the value holds nothing. */
  empty?: { when: (value: T) => boolean; text: string };
  children: (value: T) => ComponentChildren;
}

/** One of the four states of whatever is asked for: on its way, failed, empty, here. */
export function Loaded<T>({ load, retry, empty, children }: LoadedProps<T>): JSX.Element {
  switch (load.stage) {
    case "loading":
      return (
        <p class="quiet loading" role="status">
          {t("loading")}
        </p>
      );
    case "failed":
      return <FailureNote failure={load.failure} retry={retry} />;
    case "ready":
      return empty?.when(load.value) ? <p class="quiet empty">{empty.text}</p> : <>{children(load.value)}</>;
  }
}

export function FailureNote({ failure, retry }: { failure: Failure; retry?: () => unknown }): JSX.Element {
  return (
    <div class="note bad" role="alert">
      <span>{sentenceOf(failure)}</span>
      {retry && (
        <button type="button" class="plain" onClick={() => void retry()}>
          {t("retry")}
        </button>
      )}
    </div>
  );
}

/** Why the last attempt did not work, where it did not. */
export function ActionNote({ action }: { action: Action }): JSX.Element | null {
  return action.failure.value ? <FailureNote failure={action.failure.value} /> : null;
}

interface FieldProps {
  label: string;
  hint?: string;
  value: Signal<string>;
  type?: "text" | "tel" | "password" | "number" | "datetime-local";
  class?: string;
  input?: JSX.IntrinsicElements["input"];
}

/** An input with its label. */
export function Field({ label, hint, value, type = "text", class: extra = "", input }: FieldProps): JSX.Element {
  const id = useId();
  // The typed attributes differ with the type of input, which is known only at run time.
  const attributes = { ...input, type } as JSX.IntrinsicElements["input"];
  return (
    <div class={`field ${extra}`}>
      <label for={id}>{label}</label>
      <input
        {...attributes}
        id={id}
        value={value.value}
        aria-describedby={hint ? `${id}-hint` : undefined}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
      {hint && (
        <small id={`${id}-hint`} class="quiet">
          {hint}
        </small>
      )}
    </div>
  );
}

interface WordsProps {
  label: string;
  value: Signal<string>;
  required?: boolean;
}

const WORDS_MAX = 1_000;

/** A text of some length with its label. */
export function Words({ label, value, required }: WordsProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <textarea
        id={id}
        rows={2}
        maxLength={WORDS_MAX}
        required={required}
        value={value.value}
        onInput={(event) => {
          value.value = event.currentTarget.value;
        }}
      />
    </div>
  );
}

/** What was written, as it is sent: in one line, and absent where it is nothing. */
export function written(text: string): { text?: string } {
  const line = text.replace(/\s+/g, " ").trim();
  return line === "" ? {} : { text: line };
}

interface ChoiceProps {
  label: string;
  value: Signal<string>;
  options: readonly { value: string; text: string }[];
  required?: boolean;
}

export function Choice({ label, value, options, required }: ChoiceProps): JSX.Element {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        required={required}
        value={value.value}
        onChange={(event) => {
          value.value = event.currentTarget.value;
        }}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.text}
          </option>
        ))}
      </select>
    </div>
  );
}

interface BarProps {
  label: string;
  value: number;
  max: number;
  low?: boolean;
}

/** How much is left of how much. */
export function Bar({ label, value, max, low }: BarProps): JSX.Element {
  const part = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <div
      class={low ? "bar low" : "bar"}
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
    >
      <div style={{ width: `${part * 100}%` }} />
    </div>
  );
}

interface PhraseProps {
  text: Key;
  values: Record<string, ComponentChildren>;
}

/** A text whose placeholders are elements; where they stand differs from language to language. */
export function Phrase({ text, values }: PhraseProps): JSX.Element {
  const pieces = t(text).split(/\{(\w+)\}/);
  return <>{pieces.map((piece, index) => (index % 2 === 0 ? piece : (values[piece] ?? "")))}</>;
}

/** The time until a moment of the server's clock, counting down. */
export function Countdown({ until }: { until: number }): JSX.Element {
  return <time class="clock">{remaining(until - now.value)}</time>;
}

/** How long ago, or in how long, with the full date behind it. */
export function Ago({ at }: { at: number }): JSX.Element {
  return (
    <time dateTime={new Date(at).toISOString()} title={dateTime(at)}>
      {relative(at, now.value)}
    </time>
  );
}
