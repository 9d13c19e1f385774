import type { JSX } from "preact";
import type { Place } from "../api/types";
import { t } from "../i18n";
import { distance } from "../i18n/format";
import { fit } from "../store/geo";

const WIDTH = 360;
const HEIGHT = 220;
const DOT = 6;

export interface Marker {
  kind: "courier" | "pickup" | "dropoff" | "you" | "shelf";
  place: Place;
  name?: string;
  faded?: boolean;
}

interface MapProps {
  markers: readonly Marker[];
  path?: readonly Place[];
  /** Called with the place that was tapped. */
  tapped?: (place: Place) => void;
}

/** A map without tiles: north up, true to scale, with a scale bar. What it shows is also said in its label. */
export function LocalMap({ markers, path = [], tapped }: MapProps): JSX.Element | null {
  const places = [...markers.map((marker) => marker.place), ...path];
  if (places.length === 0) {
    return null;
  }
  const projection = fit(places, WIDTH, HEIGHT);
  const { scaleBar } = projection;
  const line = path.map((place) => projection.point(place)).map(({ x, y }) => `${round(x)},${round(y)}`);
  const kinds = [...new Set(markers.map((marker) => marker.kind))];
  return (
    <figure class="map">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={`${t("map")}: ${kinds.map((kind) => t(`map.${kind}`)).join(", ")}`}
        class={tapped ? "tappable" : ""}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          tapped?.(
            projection.place({
              x: ((event.clientX - box.left) / box.width) * WIDTH,
              y: ((event.clientY - box.top) / box.height) * HEIGHT,
            }),
          );
        }}
      >
        {line.length > 1 && <polyline class="path" points={line.join(" ")} />}
        {markers.map((marker, index) => (
          <Dot key={`${marker.kind}${index}`} marker={marker} {...projection.point(marker.place)} />
        ))}
        <g class="scale">
          <path d={`M12 ${HEIGHT - 18}v6h${round(scaleBar.length)}v-6`} />
          <text x={16} y={HEIGHT - 18}>
            {distance(scaleBar.meters)}
          </text>
        </g>
      </svg>
      <figcaption>
        {kinds.map((kind) => (
          <span key={kind} class={`legend ${kind}`}>
            {t(`map.${kind}`)}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** Kinds differ in shape and not in colour alone. */
function Dot({ marker, x, y }: { marker: Marker; x: number; y: number }): JSX.Element {
  const at = `translate(${round(x)} ${round(y)})`;
  return (
    <g class={`marker ${marker.kind} ${marker.faded ? "faded" : ""}`} transform={at}>
      {marker.name && <title>{marker.name}</title>}
      {marker.kind === "pickup" || marker.kind === "shelf" ? (
        <rect x={-DOT} y={-DOT} width={2 * DOT} height={2 * DOT} rx={2} />
      ) : marker.kind === "dropoff" ? (
        <path d={`M0 ${DOT + 2}L${-DOT} ${-2}A${DOT} ${DOT} 0 1 1 ${DOT} ${-2}Z`} />
      ) : (
        <circle r={DOT} />
      )}
    </g>
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
