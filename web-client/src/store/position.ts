import { signal } from "@preact/signals";
import type { Place } from "../api/types";
import { moved, towards } from "./geo";
import { CITY_CENTRE } from "./places";

const DRIVE_EVERY_MILLIS = 500;

/** A scooter in a city, hurried a little so that a demonstration does not take the whole evening. */
export const DRIVE_METERS_PER_SECOND = 14;

/** Where the courier is: told by the device, or moved by hand where the device does not know or is at a desk. */
export class PositionSource {
  readonly place = signal<Place>(CITY_CENTRE);
  readonly device = signal<"off" | "waiting" | "on" | "refused">("off");
  readonly driving = signal(false);
  #watch: number | null = null;
  #drive: ReturnType<typeof setInterval> | null = null;
  #started = false;

  /** Begins where the server last knew the courier; later calls change nothing. */
  startFrom(place: Place): void {
    if (!this.#started) {
      this.place.value = place;
    }
    this.#started = true;
  }

  move(northMeters: number, eastMeters: number): void {
    this.stopDriving();
    this.place.value = moved(this.place.value, northMeters, eastMeters);
  }

  jump(place: Place): void {
    this.stopDriving();
    this.place.value = place;
  }

  /** Goes straight to wherever the next stop is, until it is reached and there is none. */
  driveTo(target: () => Place | null): void {
    this.stopDriving();
    this.driving.value = true;
    this.#drive = setInterval(() => {
      const stop = target();
      if (stop) {
        this.place.value = towards(this.place.value, stop, (DRIVE_METERS_PER_SECOND * DRIVE_EVERY_MILLIS) / 1_000);
      }
      if (!stop || this.place.value === stop) {
        this.stopDriving();
      }
    }, DRIVE_EVERY_MILLIS);
  }

  stopDriving(): void {
    if (this.#drive !== null) {
      clearInterval(this.#drive);
      this.#drive = null;
    }
    this.driving.value = false;
  }

  useDevice(): void {
    this.stopDriving();
    if (!("geolocation" in navigator)) {
      this.device.value = "refused";
      return;
    }
    this.device.value = "waiting";
    this.#watch = navigator.geolocation.watchPosition(
      ({ coords }) => {
        this.device.value = "on";
        this.place.value = { latitude: coords.latitude, longitude: coords.longitude };
      },
      () => {
        this.leaveDevice();
        this.device.value = "refused";
      },
      { enableHighAccuracy: true, timeout: 10_000, maximumAge: 2_000 },
    );
  }

  leaveDevice(): void {
    if (this.#watch !== null) {
      navigator.geolocation.clearWatch(this.#watch);
      this.#watch = null;
    }
    this.device.value = "off";
  }

  close(): void {
    this.stopDriving();
    this.leaveDevice();
  }
}
