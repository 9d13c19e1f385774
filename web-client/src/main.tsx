import { render } from "preact";
import { Accounts } from "./api/http";
import { Socket, socketUrl } from "./api/socket";
import { keepDocumentLanguage } from "./i18n";
import { followLinks } from "./router";
import { startTicking } from "./store/clock";
import { Session } from "./store/session";
import "./style/index.css";
import { App } from "./views/app";

const session = new Session(new Accounts());

keepDocumentLanguage();
followLinks();
startTicking();

const place = document.getElementById("app");
if (place) {
  render(
    <App
      session={session}
      connect={() => new Socket(socketUrl(location), session.loggedIn.peek() ? () => session.token() : undefined)}
    />,
    place,
  );
}
