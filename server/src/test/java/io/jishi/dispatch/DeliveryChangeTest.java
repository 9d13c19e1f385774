package io.jishi.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeliveryChangeTest {
    static List<Long> seeds() {
        return DispatchingTest.seeds();
    }

    @ParameterizedTest(
            name = "[DI11] whatever happens, a delivery is accepted before it is picked up, and ends once, seed {0}")
    @MethodSource("seeds")
    void walks(long seed) {
        RandomGenerator random = new Random(seed);
        DeliveryStage stage = DeliveryStage.WAITING;
        List<DeliveryChange> happened = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            DeliveryChange change = DeliveryChange.values()[random.nextInt(DeliveryChange.values().length)];
            DeliveryStage after = change.after(stage).orElse(null);
            if (after != null) {
                assertThat(stage.open()).isTrue();
                happened.add(change);
                stage = after;
            }
        }
        int pickedUp = happened.indexOf(DeliveryChange.PICK_UP);
        if (stage == DeliveryStage.DELIVERED) {
            assertThat(happened.subList(0, pickedUp)).last().isEqualTo(DeliveryChange.ACCEPT);
            assertThat(happened.subList(pickedUp, happened.size()))
                    .containsExactly(DeliveryChange.PICK_UP, DeliveryChange.DELIVER);
        } else {
            assertThat(stage).isEqualTo(DeliveryStage.FAILED);
            assertThat(pickedUp).isNegative();
        }
    }

    @Test
    @DisplayName("[DI3] a step is a move, a retry or a refusal, by stage and by whose delivery it is")
    void steps() {
        assertThat(DeliveryChange.step(DeliveryStage.ASSIGNED, true, DeliveryStage.PICKED_UP))
                .isEqualTo(new DeliveryChange.Step.Move(DeliveryChange.PICK_UP));
        assertThat(DeliveryChange.step(DeliveryStage.PICKED_UP, true, DeliveryStage.DELIVERED))
                .isEqualTo(new DeliveryChange.Step.Move(DeliveryChange.DELIVER));
        assertThat(DeliveryChange.step(DeliveryStage.PICKED_UP, true, DeliveryStage.PICKED_UP))
                .isEqualTo(new DeliveryChange.Step.Already());
        assertThat(DeliveryChange.step(DeliveryStage.DELIVERED, true, DeliveryStage.PICKED_UP))
                .isEqualTo(new DeliveryChange.Step.Already());
        assertThat(DeliveryChange.step(DeliveryStage.ASSIGNED, true, DeliveryStage.DELIVERED))
                .isEqualTo(new DeliveryChange.Step.Refused(DispatchRefusal.WRONG_STAGE));
        assertThat(DeliveryChange.step(DeliveryStage.ASSIGNED, false, DeliveryStage.PICKED_UP))
                .isEqualTo(new DeliveryChange.Step.Refused(DispatchRefusal.DELIVERY_UNKNOWN));
    }

    @Test
    @DisplayName("[DI3] an answer to an offer counts, is a retry, or comes too late, by the offer's stage")
    void answers() {
        assertThat(OfferStage.accept(OfferStage.OPEN, false, true, 2, 3)).isEqualTo(new OfferStage.Answer.Counts());
        assertThat(OfferStage.accept(OfferStage.OPEN, false, true, 3, 3))
                .isEqualTo(new OfferStage.Answer.Refused(DispatchRefusal.TOO_MANY_DELIVERIES));
        assertThat(OfferStage.accept(OfferStage.OPEN, false, false, 0, 3))
                .isEqualTo(new OfferStage.Answer.Refused(DispatchRefusal.NOT_ON_SHIFT));
        assertThat(OfferStage.accept(OfferStage.ACCEPTED, true, false, 3, 3))
                .isEqualTo(new OfferStage.Answer.Already());
        assertThat(OfferStage.accept(OfferStage.ACCEPTED, false, true, 0, 3))
                .isEqualTo(new OfferStage.Answer.Refused(DispatchRefusal.OFFER_OVER));
        assertThat(OfferStage.accept(OfferStage.EXPIRED, false, true, 0, 3))
                .isEqualTo(new OfferStage.Answer.Refused(DispatchRefusal.OFFER_OVER));
        assertThat(OfferStage.reject(OfferStage.EXPIRED)).isEqualTo(new OfferStage.Answer.Already());
        assertThat(OfferStage.reject(OfferStage.ACCEPTED))
                .isEqualTo(new OfferStage.Answer.Refused(DispatchRefusal.OFFER_OVER));
    }
}
