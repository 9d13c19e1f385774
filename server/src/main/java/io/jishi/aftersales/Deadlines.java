package io.jishi.aftersales;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How long everybody has. The defaults are those of China's law (seven days without a reason) and of its markets. */
final class Deadlines {
    private static final int HOURS_MAX = 8_760;

    static final Setting<Integer> RETURN = hours(
            "return-window-hours",
            168,
            "How long after the delivery a return or an exchange can be asked for; in the EU 336. No longer than"
                    + " orders.close-after-hours.");
    static final Setting<Integer> COMPLAINT = hours(
            "complaint-window-hours",
            168,
            "How long after the delivery there can be a complaint. No longer than orders.close-after-hours.");
    static final Setting<Integer> ANSWER = hours(
            "answer-hours",
            72,
            "How long the shop has to answer; then a return or an exchange is approved, and a complaint is decided by an"
                    + " administrator.");
    static final Setting<Integer> SEND_BACK =
            hours("send-back-hours", 168, "How long the buyer has to send the goods back; then the case lapses.");
    static final Setting<Integer> ARRIVAL = hours(
            "arrival-hours",
            240,
            "How long goods may be on their way back before the shop says that they are there; then the buyer gets what"
                    + " he is to get.");
    static final Setting<Integer> INSPECTION = hours(
            "inspection-hours", 48, "How long the shop has to look at what came back; then the buyer gets the same.");
    static final Setting<Integer> OBJECTION = hours(
            "objection-hours",
            168,
            "How long the buyer has to ask for a decision after the shop's answer; then the case ends as the shop said.");
    static final Setting<Integer> DECISION =
            hours("decision-hours", 168, "How long an administrator has to decide; then it is decided for the buyer.");
    static final List<Setting<?>> SETTINGS =
            List.of(RETURN, COMPLAINT, ANSWER, SEND_BACK, ARRIVAL, INSPECTION, OBJECTION, DECISION);

    private final Settings settings;

    Deadlines(Settings settings) {
        this.settings = settings;
    }

    private static Setting<Integer> hours(String name, int otherwise, String about) {
        return Setting.integer("aftersales." + name, otherwise, 1, HOURS_MAX, about);
    }

    /** From when on nothing of that kind can be asked for any more. */
    Instant windowEnd(Kind kind, Instant deliveredAt) {
        return deliveredAt.plus(duration(
                switch (kind) {
                    case RETURN, EXCHANGE -> RETURN;
                    case COMPLAINT -> COMPLAINT;
                }));
    }

    /** When a case that comes to a stage now is due; null where nobody has anything to do any more. */
    @Nullable
    Instant due(CaseStage stage, Instant now) {
        Setting<Integer> setting = switch (stage) {
            case REQUESTED -> ANSWER;
            case APPROVED -> SEND_BACK;
            case SENT_BACK -> ARRIVAL;
            case RECEIVED -> INSPECTION;
            case DECLINED, ANSWERED -> OBJECTION;
            case ESCALATED -> DECISION;
            case REFUNDING, REFUNDED, EXCHANGED, CLOSED, WITHDRAWN, LAPSED -> null;
        };
        return setting == null ? null : now.plus(duration(setting));
    }

    private Duration duration(Setting<Integer> setting) {
        return Duration.ofHours(settings.get(setting));
    }
}
