import type { ComponentChildren, JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Role } from "../api/types";
import { choose, language, t, type Key } from "../i18n";
import { price } from "../i18n/format";
import { go, path } from "../router";
import type { Notice } from "../store/shop";
import { useShop } from "./use";

/** A connection that is back within this time is not worth a banner. */
const BANNER_AFTER_MILLIS = 700;

interface Place {
  href: string;
  text: Key;
  roles?: readonly Role[];
}

const PLACES: readonly Place[] = [
  { href: "/", text: "nav.sessions" },
  { href: "/goods", text: "nav.goods" },
  { href: "/cart", text: "nav.cart", roles: ["viewer", "host", "courier", "operator", "staff", "admin"] },
  { href: "/orders", text: "nav.orders", roles: ["viewer", "host", "courier", "operator", "staff", "admin"] },
  { href: "/courier", text: "nav.courier", roles: ["courier"] },
  { href: "/shelves", text: "nav.shelves" },
  { href: "/stock", text: "nav.stock", roles: ["host", "operator", "staff", "admin"] },
  { href: "/counter", text: "nav.counter", roles: ["staff", "admin"] },
  { href: "/after-sales", text: "nav.afterSales", roles: ["host", "staff", "admin"] },
  { href: "/operations", text: "nav.operations", roles: ["staff", "admin"] },
];

/** What is around every page: where one can go, who one is, and whether the connection holds. */
export function Shell({ children }: { children: ComponentChildren }): JSX.Element {
  return (
    <>
      <a class="skip" href="#content">
        {t("skip")}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <img src="/icon.svg" alt="" width="28" height="28" />
          {t("shop")}
        </a>
        <Navigation />
        <Person />
      </header>
      <Banner />
      <main id="content">{children}</main>
      <Notices />
    </>
  );
}

function Navigation(): JSX.Element {
  const { session } = useShop();
  const places = PLACES.filter((place) => !place.roles || session.has(...place.roles));
  return (
    <nav class="places" aria-label={t("nav")}>
      {places.map((place) => (
        <a key={place.href} href={place.href} aria-current={isHere(place.href) ? "page" : undefined}>
          {t(place.text)}
        </a>
      ))}
    </nav>
  );
}

function isHere(href: string): boolean {
  return href === "/" ? path.value === "/" || path.value.startsWith("/rooms/") : path.value.startsWith(href);
}

function Person(): JSX.Element {
  const { session } = useShop();
  const user = session.user.value;
  return (
    <div class="person">
      <button
        type="button"
        class="plain"
        lang={language.value === "zh" ? "en" : "zh-CN"}
        onClick={() => choose(language.value === "zh" ? "en" : "zh")}
      >
        {t("language.other")}
      </button>
      {user ? (
        <>
          <span class="name" title={user.name}>
            {user.displayName}
          </span>
          <button
            type="button"
            class="plain"
            onClick={() => {
              void session.logout();
              go("/");
            }}
          >
            {t("logout")}
          </button>
        </>
      ) : (
        <a class="button small" href="/login">
          {t("login")}
        </a>
      )}
    </div>
  );
}

function Banner(): JSX.Element {
  const { wire } = useShop();
  const state = wire.state.value;
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = state === "connected" ? undefined : setTimeout(() => setLate(true), BANNER_AFTER_MILLIS);
    setLate(false);
    return () => clearTimeout(timer);
  }, [state]);
  return (
    <div role="status" class="banner-place">
      {late && state !== "connected" && (
        <p class={`banner ${state}`}>
          {t(`wire.${state}`)}
          {state === "closed" && (
            <button type="button" class="plain" onClick={() => wire.reconnect()}>
              {t("wire.reconnect")}
            </button>
          )}
        </p>
      )}
    </div>
  );
}

function Notices(): JSX.Element {
  const shop = useShop();
  return (
    <div class="notices" role="status">
      {shop.notices.value.map((notice) => (
        <p key={notice.id} class="note">
          {noticeText(notice)}
          <button type="button" class="plain" onClick={() => shop.dismiss(notice.id)}>
            {t("close")}
          </button>
        </p>
      ))}
    </div>
  );
}

function noticeText({ told }: Notice): string {
  return t("order.refund", { amount: price(told.amountMinor) });
}
