import type { JSX } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import type { Id } from "../api/types";
import { t } from "../i18n";
import { Action, valueOf } from "../store/load";
import { OrderCasesSection } from "./cases";
import { OrderCard } from "./order-card";
import { FailureNote, Loaded, PageTitle } from "./parts";
import { useShop } from "./use";

export function OrdersPage(): JSX.Element {
  const { orders } = useShop();
  if (!orders) {
    return <></>;
  }
  return (
    <>
      <PageTitle text={t("orders.title")} />
      <Loaded
        load={orders.orders.value}
        retry={() => orders.load()}
        empty={{ when: (all) => all.size === 0, text: t("orders.empty") }}
      >
        {() => (
          <div class="stack columns">
            {orders.newest.value.map((order) => (
              <OrderCard key={order.id} order={order} />
            ))}
          </div>
        )}
      </Loaded>
      {orders.next.value && (
        <button type="button" onClick={() => void orders.loadMore().catch(() => undefined)}>
          {t("more")}
        </button>
      )}
    </>
  );
}

export function OrderPage({ orderId }: { orderId: Id }): JSX.Element {
  const { orders } = useShop();
  const asking = useMemo(() => new Action(), []);
  const order = orders ? valueOf(orders.orders.value)?.get(orderId) : undefined;
  const ask = (): Promise<boolean> => asking.run(async () => orders?.loadOne(orderId));
  useEffect(() => void ask(), [orderId]);
  return (
    <div class="narrow">
      <PageTitle text={t("order.title")} />
      {order && <OrderCard order={order} linked={false} />}
      {order && (order.stage === "delivered" || order.stage === "closed") && <OrderCasesSection order={order} />}
      {!order && asking.failure.value && <FailureNote failure={asking.failure.value} retry={ask} />}
      {!order && !asking.failure.value && <p class="quiet loading">{t("loading")}</p>}
      <p class="quiet id">{t("order.number", { id: orderId })}</p>
    </div>
  );
}
