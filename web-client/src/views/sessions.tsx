import { signal, useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Id, Room, RoomStage } from "../api/types";
import type { Wire } from "../api/wire";
import { t } from "../i18n";
import { count } from "../i18n/format";
import { go } from "../router";
import { serverClock } from "../store/clock";
import { Action, LOADING, loadInto, ready, valueOf, type Load } from "../store/load";
import { ActionNote, Ago, Field, Loaded, PageTitle, Phrase } from "./parts";
import { useModel, useShop } from "./use";

const STAGES: readonly RoomStage[] = ["live", "scheduled", "ended"];
const PAGE = 50;
const ASK_EVERY_MILLIS = 10_000;

/** The sessions of one stage; asked again now and then, as there is no channel for the list. */
class RoomsModel {
  readonly rooms: Signal<Load<readonly Room[]>> = signal(LOADING);
  readonly next = signal<Id | undefined>(undefined);
  readonly #wire: Wire;
  readonly #stage: RoomStage;

  constructor(wire: Wire, stage: RoomStage) {
    this.#wire = wire;
    this.#stage = stage;
  }

  open(): () => void {
    void this.load();
    const timer = setInterval(() => {
      if (!document.hidden && (valueOf(this.rooms.value)?.length ?? 0) <= PAGE) {
        void this.load();
      }
    }, ASK_EVERY_MILLIS);
    return () => clearInterval(timer);
  }

  load(): Promise<void> {
    return loadInto(this.rooms, async () => {
      const page = await this.#wire.call("rooms.list", { stage: this.#stage, limit: PAGE });
      this.next.value = page.next ?? undefined;
      return page.items;
    });
  }

  async loadMore(): Promise<void> {
    const known = valueOf(this.rooms.value);
    if (known && this.next.value) {
      const page = await this.#wire.call("rooms.list", { stage: this.#stage, limit: PAGE, after: this.next.value });
      this.next.value = page.next ?? undefined;
      this.rooms.value = ready([...known, ...page.items]);
    }
  }
}

export function SessionsPage(): JSX.Element {
  const { wire, session } = useShop();
  const stage = useSignal<RoomStage>("live");
  const model = useModel(() => new RoomsModel(wire, stage.value), [wire, stage.value]);
  return (
    <>
      <PageTitle text={t("sessions.title")} />
      <div class="chips" role="group" aria-label={t("sessions.stages")}>
        {STAGES.map((one) => (
          <button
            key={one}
            type="button"
            aria-pressed={stage.value === one}
            onClick={() => {
              stage.value = one;
            }}
          >
            {t(`sessions.${one}`)}
          </button>
        ))}
      </div>
      <Loaded
        load={model.rooms.value}
        retry={() => model.load()}
        empty={{ when: (rooms) => rooms.length === 0, text: t(`sessions.empty.${stage.value}`) }}
      >
        {(rooms) => (
          <ul class="grid">
            {rooms.map((room) => (
              <RoomCard key={room.id} room={room} />
            ))}
          </ul>
        )}
      </Loaded>
      {model.next.value && (
        <button type="button" onClick={() => void model.loadMore().catch(() => undefined)}>
          {t("more")}
        </button>
      )}
      {session.has("host") && (
        <Schedule
          planned={() => {
            stage.value = "scheduled";
            void model.load();
          }}
        />
      )}
    </>
  );
}

function RoomCard({ room }: { room: Room }): JSX.Element {
  const { wire, session } = useShop();
  const action = useMemo(() => new Action(), []);
  const mine = session.user.value?.id === room.hostId;
  const start = async (): Promise<void> => {
    if (await action.run(async () => void (await wire.call("rooms.start", { roomId: room.id })))) {
      go(`/rooms/${room.id}`);
    }
  };
  return (
    <li class="card room-card">
      <div class="row">
        <span class={`badge ${room.stage}`}>{t(`stage.${room.stage}`)}</span>
        <span class="quiet">{t("sessions.by", { name: room.hostName })}</span>
      </div>
      <h2>
        <a class="cover" href={`/rooms/${room.id}`}>
          {room.title}
        </a>
      </h2>
      <p class="quiet row">
        <RoomFacts room={room} />
      </p>
      {mine && room.stage === "scheduled" && (
        <button type="button" class="primary" disabled={action.busy.value} onClick={() => void start()}>
          {t("sessions.start")}
        </button>
      )}
      <ActionNote action={action} />
    </li>
  );
}

function RoomFacts({ room }: { room: Room }): JSX.Element {
  if (room.stage === "scheduled") {
    return <Phrase text="sessions.startsAt" values={{ when: <Ago at={room.startsAt} /> }} />;
  }
  if (room.stage === "ended") {
    return (
      <>
        {room.endedAt ? (
          <span>
            <Phrase text="sessions.endedAt" values={{ when: <Ago at={room.endedAt} /> }} />
          </span>
        ) : null}
        <span>{t("sessions.likes", { count: count(room.likes) })}</span>
      </>
    );
  }
  return (
    <>
      <span>{t("sessions.viewers", { count: count(room.viewers) })}</span>
      <span>{t("sessions.likes", { count: count(room.likes) })}</span>
    </>
  );
}

const SOON_MILLIS = 10 * 60_000;

function Schedule({ planned }: { planned: () => void }): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const title = useSignal("");
  const startsAt = useSignal(localInput(serverClock.now() + SOON_MILLIS));
  const plan = async (): Promise<void> => {
    const params = { title: title.value.trim(), startsAt: new Date(startsAt.value).getTime() };
    if (await action.run(async () => void (await wire.call("rooms.schedule", params)))) {
      title.value = "";
      planned();
    }
  };
  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        void plan();
      }}
    >
      <h2>{t("sessions.schedule")}</h2>
      <div class="fields">
        <Field label={t("sessions.schedule.title")} value={title} input={{ required: true, maxLength: 80 }} />
        <Field
          label={t("sessions.schedule.startsAt")}
          type="datetime-local"
          value={startsAt}
          input={{ required: true }}
        />
      </div>
      <button type="submit" class="primary" disabled={action.busy.value}>
        {t("sessions.schedule.submit")}
      </button>
      <ActionNote action={action} />
    </form>
  );
}

/** A moment as `datetime-local` wants it: local time without a zone, to the minute. */
function localInput(at: number): string {
  const offsetMillis = new Date(at).getTimezoneOffset() * 60_000;
  return new Date(at - offsetMillis).toISOString().slice(0, 16);
}
