import { computed, signal } from "@preact/signals";

const address = signal(read());
let focusWanted = false;

/** Where the page is, as a path such as `/rooms/12`. */
export const path = computed(() => address.value.path);
export const query = computed(() => new URLSearchParams(address.value.search));

/** Goes to a path of this application. */
export function go(target: string, options: { replace?: boolean } = {}): void {
  if (options.replace) {
    history.replaceState(null, "", target);
  } else {
    history.pushState(null, "", target);
  }
  arrive();
}

/** True once after every change of page: whoever asks first shows the page and takes the focus. */
export function claimFocus(): boolean {
  const wanted = focusWanted;
  focusWanted = false;
  return wanted;
}

/** The variables of a pattern such as `/rooms/:id`, or null where the path is another. */
export function match(pattern: string, actual: string): Record<string, string> | null {
  const wanted = pattern.split("/");
  const given = actual.split("/");
  if (wanted.length !== given.length) {
    return null;
  }
  const variables: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const piece = given[index] ?? "";
    if (part.startsWith(":") && piece !== "") {
      variables[part.slice(1)] = decoded(piece);
    } else if (part !== piece) {
      return null;
    }
  }
  return variables;
}

/** A way back after logging in; only paths of this application, never another site. */
export function ownPath(wanted: string | null): string {
  return wanted && /^\/(?![/\\])/.test(wanted) ? wanted : "/";
}

/** Lets plain links work without loading the page again. */
export function followLinks(): void {
  addEventListener("popstate", arrive);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (!link || !plain || event.defaultPrevented || link.target || link.origin !== location.origin) {
      return;
    }
    const target = new URL(link.href);
    if (target.hash && target.pathname === location.pathname) {
      return;
    }
    event.preventDefault();
    go(target.pathname + target.search);
    scrollTo(0, 0);
  });
}

function arrive(): void {
  const before = address.value.path;
  address.value = read();
  focusWanted ||= before !== address.value.path;
}

function decoded(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

function read(): { path: string; search: string } {
  return { path: location.pathname.replace(/(.)\/$/, "$1"), search: location.search };
}
