import { createContext } from "preact";
import { useContext, useEffect, useMemo } from "preact/hooks";
import type { User } from "../api/types";
import { t } from "../i18n";
import type { Shop } from "../store/shop";

export const ShopContext = createContext<Shop | null>(null);

export function useShop(): Shop {
  const shop = useContext(ShopContext);
  if (!shop) {
    throw new Error("a view outside the shop");
  }
  return shop;
}

/** The person who is logged in; for views that guests never see. */
export function useUser(): User {
  const user = useShop().session.user.value;
  if (!user) {
    throw new Error("a view for people who are logged in");
  }
  return user;
}

/** Makes a model for as long as the view is shown, and again where a dependency changes. */
export function useModel<T extends { open(): () => void }>(make: () => T, dependencies: readonly unknown[]): T {
  const model = useMemo(make, dependencies);
  useEffect(() => model.open(), [model]);
  return model;
}

/** Names the browser's tab. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · ${t("shop")}`;
  }, [title]);
}
