import type { JSX } from "preact";
import type { Sale, SaleLobby } from "../api/types";
import { t } from "../i18n";
import { count, exact, minutes } from "../i18n/format";
import { now } from "../store/clock";
import type { LobbyModel, Standing } from "../store/lobby-model";
import { ActionNote, Countdown, Phrase } from "./parts";

interface LobbyPartProps {
  sale: Sale;
  lobby: SaleLobby;
  model: LobbyModel;
  loggedIn: (act: () => void) => void;
}

/** What somebody sees who waits for a turn, or has none; what is bought with a turn is not here. */
export function LobbyPart({ sale, lobby, model, loggedIn }: LobbyPartProps): JSX.Element {
  const standing = model.standing(now.value);
  const stage = standing?.place.stage;
  const enter = (again: boolean): void => loggedIn(() => void model.enter(again));
  return (
    <div class="lobby" data-lobby={stage ?? "outside"}>
      {!standing && <p class="quiet">{t("lobby.rule", { time: minutes(lobby.turnSeconds) })}</p>}
      <p class="quiet">{t("lobby.joined", { count: count(lobby.joined), quantity: count(sale.quantity) })}</p>
      {standing && <Where standing={standing} />}
      {(!standing || stage === "turn_over") && (
        <button
          type="button"
          class="primary grow"
          disabled={model.entering.busy.value}
          onClick={() => enter(stage === "turn_over")}
        >
          {t(stage === "turn_over" ? "lobby.again" : "lobby.enter")}
        </button>
      )}
      <ActionNote action={model.entering} />
      {standing && lobby.seed && lobby.drawn != null && <Proof standing={standing} lobby={lobby} drawn={lobby.drawn} />}
    </div>
  );
}

function Where({ standing }: { standing: Standing }): JSX.Element {
  const { place, ahead, outlook } = standing;
  switch (place.stage) {
    case "before_start":
      return (
        <p role="status">
          <strong>{t("lobby.in")}</strong> {t("lobby.drawnAtStart", { ticket: exact(place.ticket) })}
        </p>
      );
    case "waiting":
      return place.place == null ? (
        <p role="status">{t("lobby.drawing")}</p>
      ) : (
        <div role="status">
          <p>
            <strong>{t("lobby.place", { place: exact(place.place) })}</strong>{" "}
            {t("lobby.ahead", { ahead: exact(ahead) })}
          </p>
          {outlook && <p class={`note ${outlook === "does_not_reach" ? "bad" : ""}`}>{t(`lobby.${outlook}`)}</p>}
        </div>
      );
    case "turn":
      return (
        <p role="status" class="note good">
          <span>
            <strong>{t("lobby.turn")}</strong>{" "}
            <Phrase text="lobby.turnLeft" values={{ time: <Countdown until={place.turnEndsAt ?? 0} /> }} />
          </span>
        </p>
      );
    case "turn_over":
      return <p role="status">{t("lobby.turnOver")}</p>;
  }
}

/** How to check the place, for those who want to. */
function Proof({
  standing,
  lobby,
  drawn,
}: {
  standing: Standing;
  lobby: SaleLobby;
  drawn: number;
}): JSX.Element | null {
  const { ticket } = standing.place;
  return ticket > drawn ? null : (
    <details class="proof">
      <summary>{t("lobby.proof")}</summary>
      <p class="quiet">{t("lobby.proof.how", { ticket, drawn })}</p>
      <code>{lobby.seed}</code>
    </details>
  );
}
