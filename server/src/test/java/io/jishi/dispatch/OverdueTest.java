package io.jishi.dispatch;

import static io.jishi.dispatch.DispatchingTest.task;
import static io.jishi.dispatch.TestCluster.near;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.Settings;
import io.jishi.dispatch.ZoneState.OpenOffer;
import io.jishi.dispatch.ZoneState.Rider;
import io.jishi.dispatch.ZoneState.Task;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OverdueTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
    private final Limits limits = DispatchSettings.limits(Settings.defaults());
    private final Overdue overdue = new Overdue(limits);

    @Test
    @DisplayName("[DI8] an offer expires at its time, not before")
    void expiry() {
        Task offered = task(
                1,
                DeliveryStage.OFFERED,
                near(0, 0),
                near(1, 1),
                null,
                new OpenOffer(Id.of(7), Id.of(8), NOW),
                Map.of());
        ZoneState state = new ZoneState(List.of(offered), List.of());
        assertThat(overdue.decisions(state, NOW.minusMillis(1))).isEmpty();
        assertThat(overdue.decisions(state, NOW))
                .containsExactly(new Decision.ExpireOffer(Id.of(7), Id.of(1), Id.of(8)));
    }

    @Test
    @DisplayName("[DI9] a silent courier loses what is assigned, and staff hear of what he has in hand")
    void silence() {
        Task assigned = task(1, DeliveryStage.ASSIGNED, near(0, 0), near(1, 1), Id.of(8), null, Map.of());
        Task inHand = task(2, DeliveryStage.PICKED_UP, near(0, 0), near(1, 1), Id.of(8), null, Map.of());
        Instant seen = NOW.minus(limits.takeBack());
        Rider silent = rider(seen, List.of(assigned, inHand));
        ZoneState state = new ZoneState(List.of(assigned, inHand), List.of(silent));
        assertThat(overdue.decisions(state, NOW.minusMillis(1))).isEmpty();
        assertThat(overdue.decisions(state, NOW))
                .containsExactly(
                        new Decision.TakeBack(Id.of(1), Id.of(8)), new Decision.AlertSilence(Id.of(2), Id.of(8), seen));
    }

    @Test
    @DisplayName("[DI9] a courier who is silent for long and holds nothing is off shift")
    void gone() {
        Instant seen = NOW.minus(limits.endShift());
        ZoneState state = new ZoneState(List.of(), List.of(rider(seen, List.of())));
        assertThat(overdue.decisions(state, NOW.minusMillis(1))).isEmpty();
        assertThat(overdue.decisions(state, NOW)).containsExactly(new Decision.EndShift(Id.of(8)));
    }

    @Test
    @DisplayName("[DI10] a delivery that nobody takes in time fails")
    void giveUp() {
        Task waiting = task(1, DeliveryStage.WAITING, near(0, 0), near(1, 1), null, null, Map.of());
        ZoneState state = new ZoneState(List.of(waiting), List.of());
        Instant then = waiting.createdAt().plus(limits.giveUp());
        assertThat(overdue.decisions(state, then.minusMillis(1))).isEmpty();
        assertThat(overdue.decisions(state, then)).containsExactly(new Decision.GiveUp(Id.of(1)));
    }

    private static Rider rider(Instant seenAt, List<Task> held) {
        return new Rider(Id.of(8), Vehicle.EBIKE, near(0, 0), seenAt, held, List.of());
    }
}
