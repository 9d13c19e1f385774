import type { JSX } from "preact";
import type { Id, Order, Product, Room } from "../api/types";
import { named, t } from "../i18n";
import { count, price } from "../i18n/format";
import { path } from "../router";
import { RoomModel } from "../store/room-model";
import { leftOutOf, type RoomState } from "../store/room";
import { Comments } from "./comments";
import { Follow } from "./follow";
import { HostPanel } from "./host";
import { OrderCard } from "./order-card";
import { Ago, Loaded, PageTitle } from "./parts";
import { SaleCard } from "./sale";
import { useModel, useShop } from "./use";

/** A live session: what is shown and sold, and what everybody says. */
export function RoomPage({ roomId }: { roomId: Id }): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new RoomModel(wire, roomId), [wire, roomId]);
  return (
    <>
      {model.state.value.stage !== "ready" && <PageTitle text={t("sessions.title")} passing />}
      <Loaded load={model.state.value}>
        {(state) => (
          <>
            <RoomHeader room={state.room} />
            <div class="room">
              <Goods state={state} model={model} />
              <Talk state={state} model={model} />
              <OrdersHere saleIds={state.sales.map((sale) => sale.id)} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

interface PartProps {
  state: RoomState;
  model: RoomModel;
}

function RoomHeader({ room }: { room: Room }): JSX.Element {
  return (
    <PageTitle text={room.title}>
      <p class="row quiet">
        <span class={`badge ${room.stage}`}>{t(`stage.${room.stage}`)}</span>
        <span>{t("sessions.by", { name: room.hostName })}</span>
        {room.stage === "live" && (
          <span data-viewers={room.viewers}>{t("sessions.viewers", { count: count(room.viewers) })}</span>
        )}
        {room.stage === "scheduled" && <Ago at={room.startsAt} />}
        <Follow room={room} />
      </p>
    </PageTitle>
  );
}

/** What is shown and sold; side by side on a phone, one below the other where there is room. */
function Goods({ state, model }: PartProps): JSX.Element {
  const { session } = useShop();
  const { room, sales } = state;
  const mine = session.user.value?.id === room.hostId;
  return (
    <div class="goods">
      {room.stage === "ended" && <p class="note">{t("room.ended")}</p>}
      {room.stage === "scheduled" && <p class="note">{t("room.notYet")}</p>}
      {mine && <HostPanel state={state} model={model} />}
      <div class="strip">
        {sales.map((sale) => (
          <SaleCard key={sale.id} sale={sale} stoppable={mine} />
        ))}
        {room.pinned && <Pinned product={room.pinned} />}
      </div>
    </div>
  );
}

function Pinned({ product }: { product: Product }): JSX.Element {
  const cheapest = Math.min(...product.skus.map((sku) => sku.priceMinor));
  return (
    <section class="card pinned" aria-label={t("room.pinned")}>
      {product.image && <img src={product.image} alt="" width="72" height="72" />}
      <div>
        <p class="badge accent">{t("room.pinned")}</p>
        <h2>{named(product.name)}</h2>
        {product.description && <p class="quiet">{named(product.description)}</p>}
        {product.skus.length > 0 && <p class="price">{t("product.from", { price: price(cheapest) })}</p>}
      </div>
    </section>
  );
}

const ORDERS_MAX = 10;

/** The orders of this room's sales, so that one pays and follows without leaving the room. */
function OrdersHere({ saleIds }: { saleIds: readonly Id[] }): JSX.Element {
  const { orders } = useShop();
  const here = orders?.newest.value.filter((order) => saleIds.includes(order.saleId ?? "")).slice(0, ORDERS_MAX) ?? [];
  const open = here.filter((order) => order.stage === "reserved" || order.stage === "awaiting_payment");
  return (
    <>
      <OrderList place="to-pay" title={t("orders.toPay")} orders={open} />
      <OrderList place="bought" title={t("orders.here")} orders={here.filter((order) => !open.includes(order))} />
    </>
  );
}

interface OrderListProps {
  place: "to-pay" | "bought";
  title: string;
  orders: readonly Order[];
}

function OrderList({ place, title, orders }: OrderListProps): JSX.Element | null {
  if (orders.length === 0) {
    return null;
  }
  return (
    <section class={place} aria-label={title}>
      <h2>{title}</h2>
      {orders.map((order) => (
        <OrderCard key={order.id} order={order} />
      ))}
    </section>
  );
}

/** What is said, and what one says oneself. */
function Talk({ state, model }: PartProps): JSX.Element {
  const { session } = useShop();
  const { room, lines } = state;
  const user = session.user.value;
  return (
    <section class="talk card" aria-label={t("room.comments")}>
      <Comments
        lines={lines}
        leftOut={leftOutOf(state)}
        again={(line) => user && void model.comment(user, line.text, line.key)}
      />
      {room.stage === "live" && (
        <div class="say">
          {user ? (
            <Composer send={(text) => void model.comment(user, text)} />
          ) : (
            <a class="button" href={`/login?next=${encodeURIComponent(path.value)}`}>
              {t("room.comment.login")}
            </a>
          )}
          <Likes model={model} total={room.likes} mayLike={user !== null} />
        </div>
      )}
    </section>
  );
}

const COMMENT_CHARACTERS_MAX = 200;

function Composer({ send }: { send: (text: string) => void }): JSX.Element {
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        const input = event.currentTarget.elements.namedItem("text") as HTMLInputElement;
        const text = input.value.trim();
        if (text) {
          send(text);
          input.value = "";
        }
      }}
    >
      <input
        name="text"
        type="text"
        autocomplete="off"
        enterkeyhint="send"
        maxLength={COMMENT_CHARACTERS_MAX}
        aria-label={t("room.comment")}
        placeholder={t("room.comment")}
      />
      <button type="submit" class="primary">
        {t("room.comment.send")}
      </button>
    </form>
  );
}

function Likes({ model, total, mayLike }: { model: RoomModel; total: number; mayLike: boolean }): JSX.Element {
  const shown = count(total + model.likes.pending.value);
  return (
    <button
      type="button"
      class="like"
      disabled={!mayLike}
      aria-label={t("room.like.label", { count: shown })}
      onClick={() => model.likes.tap()}
    >
      <span aria-hidden="true">♥</span> {shown}
    </button>
  );
}
