package io.jishi.aftersales;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CaseRulesTest {
    /** Stage, deed, what follows; everything else is refused. */
    private static final String OF_GOODS = """
            requested approve approved
            requested decline declined
            requested withdraw withdrawn
            requested deadline approved
            approved send_back sent_back
            approved receive received
            approved withdraw withdrawn
            approved deadline lapsed
            sent_back receive received
            sent_back deadline SETTLED
            received settle SETTLED
            received reject declined
            received deadline SETTLED
            declined escalate escalated
            declined withdraw withdrawn
            declined deadline closed
            answered accept closed
            answered escalate escalated
            answered withdraw withdrawn
            answered deadline closed
            escalated decide_for_buyer GRANTED
            escalated decide_for_shop closed
            escalated withdraw withdrawn
            escalated deadline GRANTED
            refunding paid_back refunded
            """;

    private static final String OF_COMPLAINTS = """
            requested answer answered
            requested withdraw withdrawn
            requested deadline escalated
            approved send_back sent_back
            approved receive received
            approved withdraw withdrawn
            approved deadline lapsed
            sent_back receive received
            sent_back deadline refunding
            received settle refunding
            received reject declined
            received deadline refunding
            declined escalate escalated
            declined withdraw withdrawn
            declined deadline closed
            answered accept OFFERED
            answered escalate escalated
            answered withdraw withdrawn
            answered deadline OFFERED
            escalated decide_for_buyer refunding
            escalated decide_for_shop closed
            escalated withdraw withdrawn
            escalated deadline OVERDUE
            refunding paid_back refunded
            """;

    private static Case of(Kind kind, Remedy remedy, CaseStage stage, boolean back, @Nullable Long offer) {
        return new Case(
                Id.of(1),
                Id.of(2),
                Id.of(3),
                null,
                kind,
                Reason.OTHER,
                Id.of(4),
                null,
                new LocalText("茶", "tea"),
                1,
                1_000,
                "CNY",
                remedy,
                offer,
                stage,
                Instant.EPOCH,
                null,
                back ? Id.of(5) : null,
                null,
                null);
    }

    private static Map<String, String> table(String text, Map<String, String> words) {
        Map<String, String> table = new HashMap<>();
        text.lines()
                .map(line -> line.split(" "))
                .forEach(cells -> table.put(cells[0] + " " + cells[1], words.getOrDefault(cells[2], cells[2])));
        return table;
    }

    private static void check(Case it, Map<String, String> table) {
        for (Deed deed : Deed.values()) {
            Optional<String> expected = Optional.ofNullable(table.get(it.stage().text() + " " + deed.text()));
            assertThat(CaseRules.next(it, deed).map(CaseStage::text))
                    .as(it + " " + deed)
                    .isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("[AS2] of a return and of an exchange: what follows every deed at every stage")
    void goods() {
        for (CaseStage stage : CaseStage.values()) {
            for (boolean back : new boolean[] {false, true}) {
                for (Remedy remedy : Remedy.values()) {
                    String settled = remedy == Remedy.REFUND ? "refunding" : "exchanged";
                    Map<String, String> words = Map.of("SETTLED", settled, "GRANTED", back ? settled : "approved");
                    check(of(Kind.EXCHANGE, remedy, stage, back, null), table(OF_GOODS, words));
                    check(of(Kind.RETURN, remedy, stage, back, null), table(OF_GOODS, words));
                }
            }
        }
    }

    @Test
    @DisplayName("[AS2] of a complaint: what follows every deed at every stage")
    void complaints() {
        for (CaseStage stage : CaseStage.values()) {
            for (Long offer : new Long[] {null, 0L, 400L}) {
                String offered = offer != null && offer > 0 ? "refunding" : "closed";
                Map<String, String> words =
                        Map.of("OFFERED", offered, "OVERDUE", offer == null ? "refunding" : offered);
                check(of(Kind.COMPLAINT, Remedy.REFUND, stage, false, offer), table(OF_COMPLAINTS, words));
            }
        }
    }

    @Test
    @DisplayName("[AS2] every stage is named in both tables or is an end, and no end has a deadline")
    void ends() {
        Deadlines deadlines = new Deadlines(io.jishi.core.Settings.defaults());
        for (CaseStage stage : CaseStage.values()) {
            boolean isInTable = OF_GOODS.lines()
                    .anyMatch(line -> line.startsWith(stage.name().toLowerCase(Locale.ROOT) + " "));
            assertThat(isInTable).as(stage.name()).isEqualTo(stage.isOpen() || stage == CaseStage.REFUNDING);
            assertThat(deadlines.due(stage, Instant.EPOCH) != null)
                    .as(stage.name())
                    .isEqualTo(stage.isOpen());
        }
    }
}
