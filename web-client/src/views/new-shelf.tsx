import { signal, useSignal, type Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { NewShelf } from "../api/methods";
import type { NewSlot, Product, RegisteredShelf } from "../api/types";
import { named, t } from "../i18n";
import { Action } from "../store/load";
import { CITY_CENTRE } from "../store/places";
import { ProductsModel } from "./host";
import { ActionNote, Choice, Field, Loaded, PageTitle } from "./parts";
import { useModel, useShop } from "./use";

const SLOTS_MAX = 64;

/** One slot's inputs; texts, as inputs hold them. */
interface SlotDraft {
  slot: number;
  skuId: Signal<string>;
  capacity: Signal<string>;
  unitGrams: Signal<string>;
  lowStock: Signal<string>;
}

function draft(slot: number, skuId: string): SlotDraft {
  return { slot, skuId: signal(skuId), capacity: signal("20"), unitGrams: signal("500"), lowStock: signal("4") };
}

function slotOf(from: SlotDraft): NewSlot {
  return {
    slot: from.slot,
    skuId: from.skuId.value,
    capacity: Number(from.capacity.value),
    unitGrams: Number(from.unitGrams.value),
    lowStock: Number(from.lowStock.value),
  };
}

export function NewShelfPage(): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new ProductsModel(wire), [wire]);
  const done = useSignal<RegisteredShelf | null>(null);
  if (done.value) {
    return <Credentials registered={done.value} />;
  }
  return (
    <>
      <PageTitle text={t("newShelf.title")} />
      <Loaded
        load={model.products.value}
        retry={() => model.load()}
        empty={{ when: (all) => all.length === 0, text: t("host.products.empty") }}
      >
        {(products) => <ShelfForm products={products} registered={(registered) => (done.value = registered)} />}
      </Loaded>
    </>
  );
}

interface FormProps {
  products: readonly Product[];
  registered: (registered: RegisteredShelf) => void;
}

function ShelfForm({ products, registered }: FormProps): JSX.Element {
  const { wire } = useShop();
  const action = useMemo(() => new Action(), []);
  const zh = useSignal("");
  const en = useSignal("");
  const group = useSignal("");
  const latitude = useSignal(String(CITY_CENTRE.latitude));
  const longitude = useSignal(String(CITY_CENTRE.longitude));
  const temperatureMax = useSignal("");
  const skus = products.flatMap((product) =>
    product.skus.map((sku) => ({ value: sku.id, text: `${named(product.name)} · ${named(sku.name)}` })),
  );
  const firstSku = skus[0]?.value ?? "";
  const slots = useSignal<readonly SlotDraft[]>([draft(1, firstSku)]);

  const submit = (): void => {
    const shelf: NewShelf = {
      name: { zh: zh.value.trim(), en: en.value.trim() },
      group: group.value.trim(),
      place: { latitude: Number(latitude.value), longitude: Number(longitude.value) },
      slots: slots.value.map(slotOf),
      ...(temperatureMax.value === "" ? {} : { temperatureMaxCelsius: Number(temperatureMax.value) }),
    };
    void action.run(async () => registered(await wire.call("shelves.register", shelf)));
  };

  const addSlot = (): void => {
    const next = Math.max(0, ...slots.value.map((slot) => slot.slot)) + 1;
    slots.value = [...slots.value, draft(next, firstSku)];
  };

  return (
    <form
      class="card"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div class="fields">
        <Field label={t("newShelf.zh")} value={zh} input={{ required: true, maxLength: 80 }} />
        <Field label={t("newShelf.en")} value={en} input={{ required: true, maxLength: 80 }} />
        <Field
          label={t("newShelf.group")}
          hint={t("newShelf.group.hint")}
          value={group}
          input={{ required: true, maxLength: 40, pattern: "[A-Za-z0-9\\-]+" }}
        />
        <Field
          label={t("newShelf.temperatureMax")}
          type="number"
          value={temperatureMax}
          input={{ min: -40, max: 60, step: "0.5" }}
        />
        <Field
          label={t("newShelf.latitude")}
          type="number"
          value={latitude}
          input={{ required: true, min: -90, max: 90, step: "any" }}
        />
        <Field
          label={t("newShelf.longitude")}
          type="number"
          value={longitude}
          input={{ required: true, min: -180, max: 180, step: "any" }}
        />
      </div>
      <h2>{t("newShelf.slots")}</h2>
      {slots.value.map((slot) => (
        <fieldset key={slot.slot}>
          <legend>{t("newShelf.slot", { slot: slot.slot })}</legend>
          <SlotInputs slot={slot} skus={skus} />
          {slots.value.length > 1 && (
            <button
              type="button"
              class="plain"
              onClick={() => (slots.value = slots.value.filter((other) => other !== slot))}
            >
              {t("newShelf.removeSlot", { slot: slot.slot })}
            </button>
          )}
        </fieldset>
      ))}
      <div class="row">
        <button type="button" disabled={slots.value.length >= SLOTS_MAX} onClick={addSlot}>
          {t("newShelf.addSlot")}
        </button>
        <button type="submit" class="primary" disabled={action.busy.value}>
          {t("newShelf.submit")}
        </button>
      </div>
      <ActionNote action={action} />
    </form>
  );
}

function SlotInputs({
  slot,
  skus,
}: {
  slot: SlotDraft;
  skus: readonly { value: string; text: string }[];
}): JSX.Element {
  const whole = (min: number, max: number): JSX.IntrinsicElements["input"] => ({ required: true, min, max, step: 1 });
  return (
    <div class="fields small">
      <Choice label={t("newShelf.sku")} value={slot.skuId} options={skus} required />
      <Field label={t("newShelf.capacity")} type="number" value={slot.capacity} input={whole(1, 10_000)} />
      <Field label={t("newShelf.unitGrams")} type="number" value={slot.unitGrams} input={whole(1, 100_000)} />
      <Field label={t("newShelf.lowStock")} type="number" value={slot.lowStock} input={whole(0, 10_000)} />
    </div>
  );
}

function Credentials({ registered }: { registered: RegisteredShelf }): JSX.Element {
  return (
    <div class="narrow">
      <PageTitle text={t("newShelf.done")} />
      <section class="card">
        <p class="note">{t("newShelf.once")}</p>
        <Secret label={t("newShelf.device")} value={registered.device} />
        <Secret label={t("newShelf.secret")} value={registered.secret} />
        <a class="button" href={`/shelves/${registered.shelf.id}`}>
          {t("newShelf.toShelf")}
        </a>
      </section>
    </div>
  );
}

function Secret({ label, value }: { label: string; value: string }): JSX.Element {
  const copied = useSignal(false);
  return (
    <div class="row spread">
      <span>
        <span class="quiet">{label}</span> <code>{value}</code>
      </span>
      {navigator.clipboard && (
        <button
          type="button"
          onClick={() => void navigator.clipboard.writeText(value).then(() => (copied.value = true))}
        >
          {copied.value ? t("newShelf.copied") : t("newShelf.copy")}
        </button>
      )}
    </div>
  );
}
