package io.jishi.dispatch;

import io.jishi.core.Setting;
import io.jishi.core.Settings;
import java.time.Duration;
import java.util.List;

/** The configuration of dispatch. */
final class DispatchSettings {
    static final Setting<Integer> OFFER_SECONDS =
            Setting.integer("dispatch.offer-seconds", 20, 1, 600, "How long a courier may think about an offer.");
    static final Setting<Integer> REOFFER_SECONDS = Setting.integer(
            "dispatch.reoffer-seconds",
            120,
            1,
            86_400,
            "How long a courier who declined a delivery, or let it expire, is not asked again.");
    static final Setting<Integer> DELIVERIES_MAX = Setting.integer(
            "dispatch.deliveries-per-courier-max", 3, 1, 20, "Deliveries that one courier holds at the most.");
    static final Setting<Integer> OFFERS_MAX = Setting.integer(
            "dispatch.offers-per-courier-max", 1, 1, 10, "Offers that one courier has before him at the most.");
    static final Setting<Integer> SILENT_SECONDS = Setting.integer(
            "dispatch.silent-seconds", 60, 1, 3_600, "A courier without a position for so long gets no offers.");
    static final Setting<Integer> TAKE_BACK_SECONDS = Setting.integer(
            "dispatch.take-back-seconds",
            180,
            1,
            86_400,
            "A courier silent for so long loses what he has not picked up; staff hear of what he has.");
    static final Setting<Integer> END_SHIFT_SECONDS = Setting.integer(
            "dispatch.end-shift-seconds",
            3_600,
            1,
            86_400,
            "A courier silent for so long, who holds nothing, is off shift.");
    static final Setting<Integer> GIVE_UP_SECONDS = Setting.integer(
            "dispatch.give-up-seconds", 14_400, 10, 604_800, "A delivery that nobody took for so long has failed.");
    static final Setting<Integer> HANDOVER_SECONDS = Setting.integer(
            "dispatch.handover-seconds", 60, 0, 3_600, "What a pick-up, and a drop-off, takes on the spot.");
    static final Setting<Integer> DETOUR_PERCENT = Setting.integer(
            "dispatch.detour-percent", 135, 100, 500, "How long streets are, in percent of the straight line.");

    static final List<Setting<?>> ALL = List.of(
            OFFER_SECONDS,
            REOFFER_SECONDS,
            DELIVERIES_MAX,
            OFFERS_MAX,
            SILENT_SECONDS,
            TAKE_BACK_SECONDS,
            END_SHIFT_SECONDS,
            GIVE_UP_SECONDS,
            HANDOVER_SECONDS,
            DETOUR_PERCENT);

    private DispatchSettings() {}

    static Limits limits(Settings settings) {
        return new Limits(
                seconds(settings, OFFER_SECONDS),
                seconds(settings, REOFFER_SECONDS),
                settings.get(DELIVERIES_MAX),
                settings.get(OFFERS_MAX),
                seconds(settings, SILENT_SECONDS),
                seconds(settings, TAKE_BACK_SECONDS),
                seconds(settings, END_SHIFT_SECONDS),
                seconds(settings, GIVE_UP_SECONDS),
                seconds(settings, HANDOVER_SECONDS));
    }

    static TravelTimes travelTimes(Settings settings) {
        return new TravelTimes.StraightLine(settings.get(DETOUR_PERCENT) / 100.0);
    }

    private static Duration seconds(Settings settings, Setting<Integer> setting) {
        return Duration.ofSeconds(settings.get(setting));
    }
}
