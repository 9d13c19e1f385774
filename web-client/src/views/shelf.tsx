import type { JSX } from "preact";
import type { Alert, Id, Shelf, Slot } from "../api/types";
import { named, t } from "../i18n";
import { temperature } from "../i18n/format";
import { runsLow } from "../store/shelves";
import { ShelfModel } from "../store/shelves-model";
import { Ago, Bar, Loaded, PageTitle, Phrase } from "./parts";
import { OnlineBadge, Reported } from "./shelves";
import { useModel, useShop } from "./use";

/** One shelf as it is right now. */
export function ShelfPage({ shelfId }: { shelfId: Id }): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new ShelfModel(wire, shelfId), [wire, shelfId]);
  return (
    <>
      {model.shelf.value.stage !== "ready" && <PageTitle text={t("shelf.title")} passing />}
      <Loaded load={model.shelf.value} retry={() => model.load()}>
        {(shelf) => (
          <>
            <PageTitle text={named(shelf.name)}>
              <p class="row quiet">
                <OnlineBadge shelf={shelf} />
                <span>{shelf.group}</span>
                <Reported shelf={shelf} />
              </p>
            </PageTitle>
            <div class="split">
              <section class="card" aria-labelledby="stock">
                <h2 id="stock">{t("shelf.stock")}</h2>
                <ul class="slots">
                  {shelf.slots.map((slot) => (
                    <SlotRow key={slot.slot} slot={slot} />
                  ))}
                </ul>
              </section>
              <div class="stack">
                <Conditions shelf={shelf} />
                <section class="card" aria-labelledby="alerts" aria-live="polite">
                  <h2 id="alerts">{t("shelf.alerts")}</h2>
                  {shelf.alerts.length === 0 && <p class="quiet">{t("shelf.alerts.none")}</p>}
                  <ul class="alerts">
                    {shelf.alerts.map((alert) => (
                      <AlertLine key={alert.id} alert={alert} />
                    ))}
                  </ul>
                </section>
              </div>
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}

function SlotRow({ slot }: { slot: Slot }): JSX.Element {
  const low = runsLow(slot);
  const name = named(slot.name);
  return (
    <li data-slot={slot.slot} data-count={slot.count}>
      <div class="row spread">
        <span>
          <span class="quiet">{t("shelf.slot", { slot: slot.slot })}</span> {name}
        </span>
        <span>
          {t("shelf.count", { count: slot.count ?? "–", capacity: slot.capacity })}
          {low && <span class="badge warn">{t("shelf.low")}</span>}
        </span>
      </div>
      {slot.count != null && <Bar label={name} value={slot.count} max={slot.capacity} low={low} />}
    </li>
  );
}

function Conditions({ shelf }: { shelf: Shelf }): JSX.Element {
  return (
    <section class="card conditions" aria-label={t("shelf.temperature")}>
      <div>
        <span class="quiet">{t("shelf.temperature")}</span>
        <strong class="big">
          {shelf.temperatureCelsius != null ? temperature(shelf.temperatureCelsius) : t("shelf.temperature.unknown")}
        </strong>
      </div>
      <span class={`badge ${shelf.doorOpen ? "warn" : "ended"}`}>
        {shelf.doorOpen ? t("shelf.door.open") : t("shelf.door.closed")}
      </span>
    </section>
  );
}

export function AlertLine({ alert, shelfName }: { alert: Alert; shelfName?: string }): JSX.Element {
  return (
    <li class="alert" data-alert={alert.kind}>
      {shelfName && <a href={`/shelves/${alert.shelfId}`}>{shelfName}</a>}
      <span>{alertText(alert)}</span>
      <span class="quiet">
        <Phrase text="alert.since" values={{ when: <Ago at={alert.openedAt} /> }} />
      </span>
    </li>
  );
}

function alertText(alert: Alert): string {
  switch (alert.kind) {
    case "low_stock":
      return t("alert.low_stock", { slot: alert.slot ?? "", value: alert.value });
    case "temperature":
      return t("alert.temperature", { value: temperature(alert.value) });
    case "offline":
      return t("alert.offline");
  }
}
