import type { ComponentChildren, JSX } from "preact";
import { useEffect, useErrorBoundary, useMemo } from "preact/hooks";
import { Failure } from "../api/failure";
import type { Role } from "../api/types";
import type { Wire } from "../api/wire";
import { t } from "../i18n";
import { go, match, path, query } from "../router";
import type { Session } from "../store/session";
import { Shop } from "../store/shop";
import { AfterSalesPage } from "./after-sales";
import { CartPage } from "./cart";
import { CasePage } from "./case";
import { CounterPage } from "./counter";
import { CourierPage } from "./courier";
import { GoodsPage } from "./goods";
import { LoginPage, RegisterPage } from "./login";
import { NewShelfPage } from "./new-shelf";
import { OperationsPage } from "./operations";
import { OrderPage, OrdersPage } from "./orders";
import { FailureNote, PageTitle } from "./parts";
import { RoomPage } from "./room";
import { SessionsPage } from "./sessions";
import { Shell } from "./shell";
import { ShelfPage } from "./shelf";
import { ShelvesPage } from "./shelves";
import { StockPage } from "./stock";
import { ShopContext, useShop } from "./use";

/** A page that breaks takes neither the navigation nor the next page with it. */
function Fenced({ children }: { children: ComponentChildren }): JSX.Element {
  const [broken, repair] = useErrorBoundary((error: unknown) => console.error(error));
  return broken ? <FailureNote failure={Failure.of(broken)} retry={repair} /> : <>{children}</>;
}

type Variables = Record<string, string>;

interface Route {
  pattern: string;
  /** Who may see it; absent for everybody, guests included. */
  roles?: readonly Role[];
  view: (variables: Variables) => JSX.Element;
}

const EVERYBODY: readonly Role[] = ["viewer", "host", "courier", "operator", "staff", "admin"];

const ROUTES: readonly Route[] = [
  { pattern: "/", view: () => <SessionsPage /> },
  { pattern: "/login", view: () => <LoginPage /> },
  { pattern: "/register", view: () => <RegisterPage /> },
  { pattern: "/rooms/:id", view: ({ id = "" }) => <RoomPage key={id} roomId={id} /> },
  { pattern: "/goods", view: () => <GoodsPage /> },
  { pattern: "/cart", roles: EVERYBODY, view: () => <CartPage /> },
  { pattern: "/orders", roles: EVERYBODY, view: () => <OrdersPage /> },
  { pattern: "/orders/:id", roles: EVERYBODY, view: ({ id = "" }) => <OrderPage key={id} orderId={id} /> },
  { pattern: "/cases/:id", roles: EVERYBODY, view: ({ id = "" }) => <CasePage key={id} caseId={id} /> },
  { pattern: "/after-sales", roles: ["host", "staff", "admin"], view: () => <AfterSalesPage /> },
  { pattern: "/courier", roles: ["courier"], view: () => <CourierPage /> },
  { pattern: "/shelves", view: () => <ShelvesPage /> },
  { pattern: "/shelves/new", roles: ["operator", "admin"], view: () => <NewShelfPage /> },
  { pattern: "/shelves/:id", view: ({ id = "" }) => <ShelfPage key={id} shelfId={id} /> },
  { pattern: "/stock", roles: ["host", "operator", "staff", "admin"], view: () => <StockPage /> },
  { pattern: "/counter", roles: ["staff", "admin"], view: () => <CounterPage /> },
  { pattern: "/operations", roles: ["staff", "admin"], view: () => <OperationsPage /> },
];

/** @param connect opens the connection for whoever the session is at that moment */
export function App({ session, connect }: { session: Session; connect: () => Wire }): JSX.Element {
  const userId = session.user.value?.id;
  const shop = useMemo(() => new Shop(session, connect()), [userId]);
  useEffect(() => () => shop.close(), [shop]);
  return (
    <ShopContext.Provider value={shop}>
      <Shell key={userId ?? "guest"}>
        <Fenced key={path.value}>
          <Page />
        </Fenced>
      </Shell>
    </ShopContext.Provider>
  );
}

function Page(): JSX.Element {
  const { session } = useShop();
  const here = path.value;
  for (const route of ROUTES) {
    const variables = match(route.pattern, here);
    if (variables) {
      return <Guarded route={route} variables={variables} loggedIn={session.loggedIn.value} />;
    }
  }
  return (
    <>
      <PageTitle text={t("notFound")} />
      <a href="/">{t("notFound.home")}</a>
    </>
  );
}

interface GuardedProps {
  route: Route;
  variables: Variables;
  loggedIn: boolean;
}

function Guarded({ route, variables, loggedIn }: GuardedProps): JSX.Element {
  const { session } = useShop();
  const mustLogIn = route.roles !== undefined && !loggedIn;
  useEffect(() => {
    if (mustLogIn) {
      go(`/login?next=${encodeURIComponent(path.value + (query.value.size > 0 ? `?${query.value}` : ""))}`, {
        replace: true,
      });
    }
  }, [mustLogIn]);
  if (mustLogIn) {
    return <></>;
  }
  if (route.roles && !session.has(...route.roles)) {
    const roles = route.roles.map((role) => t(`role.${role}`)).join(" / ");
    return <PageTitle text={t("wrongRole", { roles })} />;
  }
  return route.view(variables);
}
