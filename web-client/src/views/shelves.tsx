import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import type { Shelf } from "../api/types";
import { named, t } from "../i18n";
import { percent, temperature } from "../i18n/format";
import { fillOf, runsLow } from "../store/shelves";
import { ShelvesModel } from "../store/shelves-model";
import { Ago, Bar, Choice, Loaded, PageTitle, Phrase } from "./parts";
import { useModel, useShop } from "./use";

const ALL = "";

export function ShelvesPage(): JSX.Element {
  const { wire, session } = useShop();
  const model = useModel(() => new ShelvesModel(wire), [wire]);
  const group = useSignal(ALL);
  const groups = model.groups.value;
  return (
    <>
      <PageTitle text={t("shelves.title")}>
        {session.has("operator", "admin") && (
          <a class="button" href="/shelves/new">
            {t("shelves.register")}
          </a>
        )}
      </PageTitle>
      {groups.length > 1 && (
        <Choice
          label={t("shelves.group")}
          value={group}
          options={[
            { value: ALL, text: t("shelves.group.all") },
            ...groups.map((name) => ({ value: name, text: name })),
          ]}
        />
      )}
      <Loaded
        load={model.shelves.value}
        retry={() => model.load()}
        empty={{ when: (shelves) => shelves.length === 0, text: t("shelves.empty") }}
      >
        {(shelves) => (
          <ul class="grid">
            {shelves
              .filter((shelf) => group.value === ALL || shelf.group === group.value)
              .map((shelf) => (
                <ShelfCard key={shelf.id} shelf={shelf} />
              ))}
          </ul>
        )}
      </Loaded>
      {model.next.value && (
        <button type="button" onClick={() => void model.loadMore().catch(() => undefined)}>
          {t("more")}
        </button>
      )}
    </>
  );
}

function ShelfCard({ shelf }: { shelf: Shelf }): JSX.Element {
  const fill = fillOf(shelf);
  const low = shelf.slots.some(runsLow);
  return (
    <li class="card shelf-card" data-shelf={shelf.id}>
      <div class="row spread">
        <OnlineBadge shelf={shelf} />
        <span class="quiet">{shelf.group}</span>
      </div>
      <h2>
        <a class="cover" href={`/shelves/${shelf.id}`}>
          {named(shelf.name)}
        </a>
      </h2>
      {fill !== null && <Bar label={t("shelf.stock")} value={Math.round(fill * 100)} max={100} low={low} />}
      <p class="row spread">
        <span>{fill !== null && t("shelf.full", { percent: percent(fill) })}</span>
        <span>{shelf.temperatureCelsius != null ? temperature(shelf.temperatureCelsius) : ""}</span>
      </p>
      <p class="row spread quiet">
        <Reported shelf={shelf} />
        {shelf.alerts.length > 0 && (
          <span class="badge warn">{t("shelf.alerts.count", { count: shelf.alerts.length })}</span>
        )}
      </p>
    </li>
  );
}

export function OnlineBadge({ shelf }: { shelf: Shelf }): JSX.Element {
  return (
    <span class={`badge ${shelf.online ? "live" : "ended"}`}>
      {shelf.online ? t("shelf.online") : t("shelf.offline")}
    </span>
  );
}

export function Reported({ shelf }: { shelf: Shelf }): JSX.Element {
  return shelf.reportedAt ? (
    <span>
      <Phrase text="shelf.reported" values={{ when: <Ago at={shelf.reportedAt} /> }} />
    </span>
  ) : (
    <span>{t("shelf.never")}</span>
  );
}
