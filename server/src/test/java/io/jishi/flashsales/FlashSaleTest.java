package io.jishi.flashsales;

import static io.jishi.flashsales.FlashSaleRefusal.ENDED;
import static io.jishi.flashsales.FlashSaleRefusal.LIMIT_REACHED;
import static io.jishi.flashsales.FlashSaleRefusal.NOT_OPEN;
import static io.jishi.flashsales.FlashSaleRefusal.SOLD_OUT;
import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.core.Id;
import io.jishi.core.LocalText;
import io.jishi.flashsales.FlashSale.Admission;
import io.jishi.flashsales.FlashSale.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The decisions and the queue, without a database. */
class FlashSaleTest {
    private static final Instant OPENS = Instant.parse("2026-01-01T12:00:00Z");
    private static final Instant ENDS = OPENS.plusSeconds(60);
    private static final SaleTerms TERMS = new SaleTerms(
            Id.of(1),
            null,
            Id.of(2),
            Id.of(3),
            new LocalText("茶", "tea"),
            100,
            10,
            2,
            Audience.ALL,
            Duration.ofMinutes(1),
            OPENS,
            ENDS,
            false,
            null,
            null,
            1);

    @Test
    @DisplayName("[FS5] the stage follows from the clock, what is left, and whether the sale was closed")
    void stages() {
        assertThat(FlashSale.stage(TERMS, false, 10, OPENS.minusMillis(1))).isEqualTo(SaleStage.COUNTDOWN);
        assertThat(FlashSale.stage(TERMS, false, 10, OPENS)).isEqualTo(SaleStage.OPEN);
        assertThat(FlashSale.stage(TERMS, false, 0, OPENS)).isEqualTo(SaleStage.SOLD_OUT);
        assertThat(FlashSale.stage(TERMS, false, 10, ENDS.minusMillis(1))).isEqualTo(SaleStage.OPEN);
        assertThat(FlashSale.stage(TERMS, false, 10, ENDS)).isEqualTo(SaleStage.ENDED);
        assertThat(FlashSale.stage(TERMS, true, 10, OPENS.minusSeconds(5))).isEqualTo(SaleStage.ENDED);
    }

    @Test
    @DisplayName("[FS2] no claim hears a final no before its key was looked up")
    void admission() {
        assertThat(FlashSale.admit(TERMS, false, false, 1, OPENS)).isEqualTo(new Admission.Queue());
        assertThat(FlashSale.admit(TERMS, false, false, 1, OPENS.minusMillis(1)))
                .isEqualTo(new Admission.Refuse(NOT_OPEN));
        assertThat(NOT_OPEN.temporary()).isTrue();
        assertThat(FlashSale.admit(TERMS, false, true, 1, OPENS)).isEqualTo(new Admission.LookUp(SOLD_OUT));
        assertThat(FlashSale.admit(TERMS, false, false, 3, OPENS)).isEqualTo(new Admission.LookUp(LIMIT_REACHED));
        assertThat(FlashSale.admit(TERMS, false, false, 1, ENDS)).isEqualTo(new Admission.LookUp(ENDED));
        assertThat(FlashSale.admit(TERMS, true, false, 1, OPENS)).isEqualTo(new Admission.LookUp(ENDED));
    }

    @Test
    @DisplayName("[FS22] sold out is said only where the snapshot shows too little anywhere; ended only once closed")
    void verdicts() {
        assertThat(FlashSale.judge(SOLD_OUT, 1, true, false, 0)).isEqualTo(Verdict.REFUSE);
        assertThat(FlashSale.judge(SOLD_OUT, 1, true, false, 1)).isEqualTo(Verdict.QUEUE);
        assertThat(FlashSale.judge(SOLD_OUT, 2, true, false, 1)).isEqualTo(Verdict.REFUSE);
        assertThat(FlashSale.judge(SOLD_OUT, 1, true, true, 5)).isEqualTo(Verdict.REFUSE);
        assertThat(FlashSale.judge(ENDED, 1, true, false, 5)).isEqualTo(Verdict.LOOK_AGAIN);
        assertThat(FlashSale.judge(ENDED, 1, true, true, 5)).isEqualTo(Verdict.REFUSE);
        assertThat(FlashSale.judge(ENDED, 1, false, false, 5)).isEqualTo(Verdict.QUEUE);
        assertThat(FlashSale.judge(LIMIT_REACHED, 3, true, false, 5)).isEqualTo(Verdict.REFUSE);
    }

    @Test
    @DisplayName(
            "[FS23] a batch takes claims in their order, one a buyer, no more units than there are; the rest keep their places")
    void queue() {
        ClaimQueue queue = new ClaimQueue();
        List<Claim> claims = new ArrayList<>();
        int[][] buyersAndQuantities = {{1, 1}, {2, 5}, {1, 1}, {3, 2}, {4, 1}};
        for (int[] claim : buyersAndQuantities) {
            claims.add(new Claim(Id.of(claims.size()), Id.of(claim[0]), "k" + claims.size(), claim[1]));
            queue.add(claims.getLast());
        }
        assertThat(queue.units()).isEqualTo(10);
        assertThat(queue.smallest()).isEqualTo(1);
        assertThat(queue.take(10, 3)).containsExactly(claims.get(0), claims.get(3));
        assertThat(queue.units()).isEqualTo(7);
        assertThat(queue.take(1, 100)).containsExactly(claims.get(1));
        queue.putBack(List.of(claims.get(0), claims.get(1)));
        assertThat(queue.take(10, 100)).containsExactly(claims.get(0), claims.get(1), claims.get(4));
        assertThat(queue.takeIf(claim -> true)).containsExactly(claims.get(2));
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.units()).isZero();
        assertThat(queue.smallest()).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    @DisplayName("[FS24] the number of claims that wait is bounded, for each buyer too")
    void bounds() {
        OpenClaims open = new OpenClaims(7);
        for (int i = 0; i < OpenClaims.PER_BUYER_MAX; i++) {
            open.open(new Claim(Id.of(i), Id.of(1), "k" + i, 1));
        }
        assertThat(open.hasRoomFor(new Claim(Id.of(9), Id.of(1), "k9", 1))).isFalse();
        assertThat(open.hasRoomFor(new Claim(Id.of(9), Id.of(2), "k9", 1))).isTrue();
        open.open(new Claim(Id.of(10), Id.of(2), "k", 1));
        open.open(new Claim(Id.of(11), Id.of(3), "k", 1));
        assertThat(open.hasRoomFor(new Claim(Id.of(9), Id.of(4), "k9", 1))).isFalse();
    }
}
