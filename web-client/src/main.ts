import { title } from "./title";

const app = document.querySelector<HTMLElement>("#app");
if (app) {
  app.textContent = title();
}
