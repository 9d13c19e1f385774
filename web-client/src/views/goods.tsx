import { signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Id, Product, Sku } from "../api/types";
import type { Wire } from "../api/wire";
import { named, t } from "../i18n";
import { price } from "../i18n/format";
import { QUANTITY_MAX } from "../store/cart";
import { Action, LOADING, loadInto, ready, valueOf, type Load } from "../store/load";
import { ActionNote, Loaded, PageTitle } from "./parts";
import { useModel, useShop } from "./use";

const PAGE = 30;
const PRODUCTS_MAX = 600;

class GoodsModel {
  readonly products = signal<Load<readonly Product[]>>(LOADING);
  readonly next = signal<Id | undefined>(undefined);
  readonly #wire: Wire;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  open(): () => void {
    void this.load();
    return () => undefined;
  }

  load(): Promise<void> {
    return loadInto(this.products, async () => {
      const page = await this.#wire.call("catalog.products", { limit: PAGE });
      this.next.value = page.next ?? undefined;
      return page.items;
    });
  }

  async more(): Promise<void> {
    const page = await this.#wire.call("catalog.products", { limit: PAGE, after: this.next.value });
    const all = [...(valueOf(this.products.value) ?? []), ...page.items].slice(0, PRODUCTS_MAX);
    this.next.value = all.length < PRODUCTS_MAX ? (page.next ?? undefined) : undefined;
    this.products.value = ready(all);
  }
}

/** All that can be bought at its ordinary price. */
export function GoodsPage(): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new GoodsModel(wire), [wire]);
  return (
    <>
      <PageTitle text={t("goods.title")}>
        <CartLink />
      </PageTitle>
      <Loaded
        load={model.products.value}
        retry={() => model.load()}
        empty={{ when: (all) => all.length === 0, text: t("goods.empty") }}
      >
        {(products) => (
          <div class="goods">
            {products.map((product) => (
              <ProductCard key={product.id} product={product} />
            ))}
          </div>
        )}
      </Loaded>
      {model.next.value && (
        <button type="button" onClick={() => void model.more().catch(() => undefined)}>
          {t("more")}
        </button>
      )}
    </>
  );
}

function CartLink(): JSX.Element | null {
  const { cart } = useShop();
  useModel(() => cart ?? { open: () => () => undefined }, [cart]);
  return cart && <a href="/cart">{t("cart.link", { count: cart.units.value })}</a>;
}

function ProductCard({ product }: { product: Product }): JSX.Element {
  return (
    <article class="card" data-product={product.id}>
      {product.image && <img class="goods-image" src={product.image} alt="" loading="lazy" />}
      <h2>{named(product.name)}</h2>
      {product.description && <p class="quiet">{named(product.description)}</p>}
      {product.skus.map((sku) => (
        <Buy key={sku.id} product={product} sku={sku} />
      ))}
    </article>
  );
}

function Buy({ product, sku }: { product: Product; sku: Sku }): JSX.Element {
  const { cart } = useShop();
  const action = useMemo(() => new Action(), []);
  const inCart = cart?.quantityOf(sku.id) ?? 0;
  const variant = named(sku.name);
  return (
    <div class="buy" data-sku={sku.id}>
      <p class="row spread">
        <span>
          {variant !== named(product.name) && <>{variant} · </>}
          <strong class="price">{price(sku.priceMinor)}</strong>
        </span>
        <small class="quiet">{t("product.available", { count: sku.available })}</small>
      </p>
      {cart ? (
        <button
          type="button"
          class="primary"
          disabled={action.busy.value || sku.available <= inCart || inCart >= QUANTITY_MAX}
          onClick={() => void action.run(() => cart.put(sku.id, inCart + 1))}
          aria-label={t("goods.addOf", { name: `${named(product.name)} ${variant}` })}
        >
          {inCart > 0 ? t("goods.inCart", { count: inCart }) : t("goods.add")}
        </button>
      ) : (
        <a class="button" href="/login?next=/goods">
          {t("goods.login")}
        </a>
      )}
      <ActionNote action={action} />
    </div>
  );
}
