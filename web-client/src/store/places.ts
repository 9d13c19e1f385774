import type { LocalText, Place } from "../api/types";

/** The middle of the demonstration's city: People's Square, Shanghai. */
export const CITY_CENTRE: Place = { latitude: 31.2304, longitude: 121.4737 };

/** Places to have something brought to where the device does not tell its own. */
export const KNOWN_PLACES: readonly { name: LocalText; place: Place }[] = [
  { name: { zh: "外滩", en: "The Bund" }, place: { latitude: 31.2397, longitude: 121.4906 } },
  { name: { zh: "静安寺", en: "Jing'an Temple" }, place: { latitude: 31.2235, longitude: 121.4452 } },
  { name: { zh: "徐家汇", en: "Xujiahui" }, place: { latitude: 31.1949, longitude: 121.4365 } },
  { name: { zh: "五角场", en: "Wujiaochang" }, place: { latitude: 31.2989, longitude: 121.5143 } },
  { name: { zh: "人民广场", en: "People's Square" }, place: CITY_CENTRE },
];
