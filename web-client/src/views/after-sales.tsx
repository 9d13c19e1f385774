import type { JSX } from "preact";
import { t } from "../i18n";
import { CasesToDo } from "../store/cases";
import { CaseCard } from "./cases";
import { Loaded, PageTitle } from "./parts";
import { useModel, useShop } from "./use";

/** For the shop: what waits for somebody, the most urgent first. */
export function AfterSalesPage(): JSX.Element {
  const { wire } = useShop();
  const model = useModel(() => new CasesToDo(wire), [wire]);
  return (
    <>
      <PageTitle text={t("afterSales.title")} />
      <Loaded
        load={model.cases.value}
        retry={() => model.load()}
        empty={{ when: (cases) => cases.length === 0, text: t("afterSales.empty") }}
      >
        {(cases) => (
          <div class="stack columns">
            {cases.map((it) => (
              <CaseCard key={it.id} it={it} />
            ))}
          </div>
        )}
      </Loaded>
    </>
  );
}
