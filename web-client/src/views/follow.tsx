import type { JSX } from "preact";
import type { Room } from "../api/types";
import { t } from "../i18n";
import { count } from "../i18n/format";
import { go, path } from "../router";
import { FollowModel } from "../store/follow-model";
import { valueOf } from "../store/load";
import { useModel, useShop } from "./use";

/** Follows the host of a session, or not. */
export function Follow({ room }: { room: Room }): JSX.Element | null {
  const { wire, session } = useShop();
  const me = session.user.value?.id;
  const model = useModel(() => new FollowModel(wire, room.hostId), [wire, room.hostId, me]);
  const known = valueOf(model.following.value);
  if (!known) {
    return null;
  }
  const follows = known.since != null;
  const press = (): void =>
    session.loggedIn.value ? void model.change(!follows) : go(`/login?next=${encodeURIComponent(path.value)}`);
  return (
    <>
      <span data-followers={known.followers}>{t("follow.count", { count: count(known.followers) })}</span>
      {me !== room.hostId && (
        <button type="button" aria-pressed={follows} disabled={model.changing.busy.value} onClick={press}>
          {t(follows ? "follow.end" : "follow.begin")}
        </button>
      )}
    </>
  );
}
