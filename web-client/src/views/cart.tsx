import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Cart, CartLine } from "../api/types";
import { named, t } from "../i18n";
import { price } from "../i18n/format";
import { go } from "../router";
import { QUANTITY_MAX, type CartModel } from "../store/cart";
import { Action, valueOf } from "../store/load";
import { ActionNote, Field, Loaded, PageTitle } from "./parts";
import { useModel, useShop } from "./use";

/** What one means to buy, and the step from there to an order. */
export function CartPage(): JSX.Element {
  const { cart } = useShop();
  return cart ? <OwnCart model={cart} /> : <></>;
}

function OwnCart({ model }: { model: CartModel }): JSX.Element {
  useModel(() => model, [model]);
  return (
    <div class="narrow">
      <PageTitle text={t("cart.title")} />
      <Loaded load={model.cart.value} retry={() => model.load()}>
        {(cart) =>
          cart.items.length === 0 ? (
            <p class="quiet empty">
              {t("cart.empty")} <a href="/goods">{t("cart.toGoods")}</a>
            </p>
          ) : (
            <>
              <section class="card" aria-label={t("cart.title")}>
                <ul class="rows">
                  {cart.items.map((line) => (
                    <Line key={line.skuId} line={line} model={model} />
                  ))}
                </ul>
              </section>
              <Checkout cart={cart} model={model} />
            </>
          )
        }
      </Loaded>
    </div>
  );
}

function Line({ line, model }: { line: CartLine; model: CartModel }): JSX.Element {
  const action = useMemo(() => new Action(), []);
  const put = (quantity: number): void => void action.run(() => model.put(line.skuId, quantity));
  const missing = line.available < line.quantity;
  const name = named(line.name);
  return (
    <li class="cart-line" data-sku={line.skuId}>
      <span class="grow">
        {name}
        <br />
        <small class="quiet">{t("order.line", { quantity: line.quantity, price: price(line.unitPriceMinor) })}</small>
        {missing && <small class="missing">{t("cart.missing", { count: line.available })}</small>}
        <ActionNote action={action} />
      </span>
      <span class="row stepper">
        <button
          type="button"
          disabled={action.busy.value}
          aria-label={t(line.quantity > 1 ? "cart.fewer" : "cart.remove", { name })}
          onClick={() => put(line.quantity - 1)}
        >
          −
        </button>
        <strong>{line.quantity}</strong>
        <button
          type="button"
          disabled={action.busy.value || line.quantity >= Math.min(QUANTITY_MAX, line.available)}
          aria-label={t("cart.more", { name })}
          onClick={() => put(line.quantity + 1)}
        >
          +
        </button>
      </span>
      <span class="price">{price(line.unitPriceMinor * line.quantity)}</span>
    </li>
  );
}

function Checkout({ cart, model }: { cart: Cart; model: CartModel }): JSX.Element {
  const shop = useShop();
  const counters = useModel(() => shop.counters, [shop]);
  const action = useMemo(() => new Action(), []);
  const coupon = useSignal("");
  const places = valueOf(counters.all.value) ?? [];
  const checkout = (): void =>
    void action.run(async () => {
      const order = await model.checkout(coupon.value.trim());
      shop.orders?.put(order);
      go(`/orders/${order.id}`);
    });
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        checkout();
      }}
    >
      <fieldset class="choices">
        <legend>{t("cart.how")}</legend>
        <Way text={t("cart.delivery")} chosen={!model.counter.value} choose={() => void model.choose(undefined)} />
        {places.map((place) => (
          <Way
            key={place.id}
            text={t("cart.pickup", { place: named(place.name) })}
            chosen={model.counter.value === place.id}
            choose={() => void model.choose(place.id)}
          />
        ))}
      </fieldset>
      <Field label={t("cart.coupon")} value={coupon} input={{ maxLength: 64, autocomplete: "off" }} />
      <p class="row spread">
        <span>{t("order.total")}</span>
        <strong class="price">{price(cart.totalMinor)}</strong>
      </p>
      <button type="submit" class="primary" disabled={action.busy.value || !model.complete.value}>
        {t("cart.checkout")}
      </button>
      <small class="quiet">{model.counter.value ? t("cart.next.pickup") : t("cart.next.delivery")}</small>
      <ActionNote action={action} />
    </form>
  );
}

function Way({ text, chosen, choose }: { text: string; chosen: boolean; choose: () => void }): JSX.Element {
  return (
    <label class="choice">
      <input type="radio" name="way" checked={chosen} onChange={choose} /> {text}
    </label>
  );
}
