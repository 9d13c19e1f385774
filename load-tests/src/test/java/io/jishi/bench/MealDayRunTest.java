package io.jishi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.jishi.bench.MealDay.Order;
import io.jishi.bench.MealDay.Point;
import io.jishi.bench.MealDay.Rider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Days small enough to be worked out by hand: 100 metres a minute, 4 minutes at each end. */
class MealDayRunTest {
    private static final Point COUNTER = new Point(1_000, 0);

    @Test
    void one_order_takes_what_the_rules_say() {
        // there at 10 + 10, hands at 22, leaves at 24, at the door at 29, hands at 31
        MealDay day = day(List.of(order(1, 10, 15)), List.of(new Rider(1, new Point(0, 0), 0, 100)));
        assertThat(nearestIdle(day).clickToDoor()).containsExactly(21.0);
    }

    @Test
    void food_that_is_not_ready_is_waited_for() {
        // hands at 40, leaves at 42, at the door at 47, hands at 49
        MealDay day = day(List.of(order(1, 10, 40)), List.of(new Rider(1, new Point(0, 0), 0, 100)));
        assertThat(nearestIdle(day).clickToDoor()).containsExactly(39.0);
        assertThat(day.lowerBound(day.orders().get(0))).isEqualTo(39.0);
    }

    @Test
    void a_courier_hears_of_the_next_order_when_he_is_done_with_the_first() {
        // free at the door at 33, back at 38, hands at 40, leaves at 42, hands at 49
        MealDay day = day(List.of(order(1, 10, 15), order(2, 11, 12)), List.of(new Rider(1, new Point(0, 0), 0, 100)));
        assertThat(nearestIdle(day).clickToDoor()).containsExactly(21.0, 38.0);
    }

    @Test
    void no_pick_up_is_after_the_end_of_the_shift() {
        MealDay day = day(List.of(order(1, 10, 15), order(2, 11, 12)), List.of(new Rider(1, new Point(0, 0), 0, 39)));
        MealDayRun.Result result = nearestIdle(day);
        assertThat(result.clickToDoor()).containsExactly(21.0);
        assertThat(result.undelivered()).isEqualTo(1);
    }

    @Test
    void a_day_is_read_from_its_files(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("restaurants.txt"), "restaurant\tx\ty\nr1\t1000\t0\n");
        Files.writeString(
                folder.resolve("orders.txt"),
                "order\tx\ty\tplacement_time\trestaurant\tready_time\no1\t1000\t500\t10\tr1\t15\n");
        Files.writeString(folder.resolve("couriers.txt"), "courier\tx\ty\ton_time\toff_time\nc1\t0\t0\t0\t100\n");
        Files.writeString(
                folder.resolve("instance_parameters.txt"), "a\tb\tc\td\te\tf\tg\n100\t4\t4\t40\t90\t10\t15\n");
        assertThat(nearestIdle(MealDay.read(folder)).clickToDoor()).containsExactly(21.0);
    }

    private static MealDayRun.Result nearestIdle(MealDay day) {
        return new MealDayRun(day, new NearestIdle(MealDayRun.travelTimes(day))).run();
    }

    private static Order order(int number, int placedAt, int readyAt) {
        return new Order(number, new Point(1_000, 500), placedAt, COUNTER, readyAt);
    }

    private static MealDay day(List<Order> orders, List<Rider> riders) {
        return new MealDay("by hand", orders, riders, 100, 4, 4);
    }
}
