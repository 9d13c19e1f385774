import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { Role } from "../api/types";
import { language, t } from "../i18n";
import { go, ownPath, query } from "../router";
import { Action } from "../store/load";
import { ActionNote, Field, PageTitle } from "./parts";
import { useShop } from "./use";

const PERSONAS: readonly Role[] = ["viewer", "host", "courier", "operator", "staff", "admin"];

/** What `./jishi up --demo` gives everybody it makes up. */
const DEMO_PASSWORD = "jishi";

/** Where a persona's work is. */
const HOME: Partial<Record<Role, string>> = {
  courier: "/courier",
  operator: "/shelves",
  staff: "/operations",
  admin: "/operations",
};

function next(otherwise = "/"): string {
  return query.value.has("next") ? ownPath(query.value.get("next")) : otherwise;
}

export function LoginPage(): JSX.Element {
  const { session } = useShop();
  const action = useMemo(() => new Action(), []);
  const name = useSignal("");
  const password = useSignal("");

  const logIn = async (who: string, secret: string, home?: string): Promise<void> => {
    if (await action.run(() => session.login(who, secret))) {
      go(next(home), { replace: true });
    }
  };

  return (
    <div class="narrow">
      <PageTitle text={t("login.title")} />
      <ActionNote action={action} />
      <section class="card" aria-labelledby="demo">
        <h2 id="demo">{t("login.demo")}</h2>
        <div class="personas">
          {PERSONAS.map((role) => (
            <button
              key={role}
              type="button"
              data-persona={role}
              disabled={action.busy.value}
              onClick={() => void logIn(role, DEMO_PASSWORD, HOME[role])}
            >
              {t(`role.${role}`)}
            </button>
          ))}
        </div>
        <p class="quiet">{t("login.demo.hint")}</p>
      </section>
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void logIn(name.value.trim(), password.value);
        }}
      >
        <h2>{t("login.own")}</h2>
        <Field label={t("login.name")} value={name} input={{ required: true, autocomplete: "username" }} />
        <Field
          label={t("login.password")}
          type="password"
          value={password}
          input={{ required: true, autocomplete: "current-password" }}
        />
        <button type="submit" class="primary" disabled={action.busy.value}>
          {t("login")}
        </button>
        <a href={`/register${location.search}`}>{t("login.register")}</a>
      </form>
    </div>
  );
}

export function RegisterPage(): JSX.Element {
  const { session } = useShop();
  const action = useMemo(() => new Action(), []);
  const name = useSignal("");
  const displayName = useSignal("");
  const password = useSignal("");

  const register = async (): Promise<void> => {
    const account = { name: name.value.trim(), password: password.value, language: language.value };
    const shown = displayName.value.trim();
    if (await action.run(() => session.register(shown ? { ...account, displayName: shown } : account))) {
      go(next(), { replace: true });
    }
  };

  return (
    <div class="narrow">
      <PageTitle text={t("register.title")} />
      <ActionNote action={action} />
      <form
        class="card"
        onSubmit={(event) => {
          event.preventDefault();
          void register();
        }}
      >
        <Field
          label={t("login.name")}
          value={name}
          input={{ required: true, autocomplete: "username", maxLength: 32 }}
        />
        <Field
          label={t("register.displayName")}
          value={displayName}
          input={{ autocomplete: "nickname", maxLength: 32 }}
        />
        <Field
          label={t("login.password")}
          hint={t("register.password.hint")}
          type="password"
          value={password}
          input={{ required: true, autocomplete: "new-password", minLength: 8 }}
        />
        <button type="submit" class="primary" disabled={action.busy.value}>
          {t("register")}
        </button>
        <a href={`/login${location.search}`}>{t("register.login")}</a>
      </form>
    </div>
  );
}
