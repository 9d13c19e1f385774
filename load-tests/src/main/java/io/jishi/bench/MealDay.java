package io.jishi.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One day of the Meal Delivery Routing Problem (Grubhub and Georgia Tech; Reyes et al. 2018). Times are minutes from the
 * day's start, places metres.
 *
 * @param pickupService minutes at the restaurant, half before the goods change hands
 * @param dropoffService minutes at the door, half before the goods change hands
 */
record MealDay(
        String name,
        List<Order> orders,
        List<Rider> riders,
        double metersPerMinute,
        double pickupService,
        double dropoffService) {

    record Point(int x, int y) {}

    record Order(int number, Point door, int placedAt, Point restaurant, int readyAt) {}

    record Rider(int number, Point start, int onAt, int offAt) {}

    /** Whole minutes, rounded up, in a straight line. */
    int travelMinutes(Point from, Point to) {
        return (int) Math.ceil(Math.hypot(from.x - to.x, from.y - to.y) / metersPerMinute);
    }

    /** No plan brings the order sooner than this many minutes after it was placed. */
    double lowerBound(Order order) {
        return order.readyAt
                + pickupService / 2
                + travelMinutes(order.restaurant, order.door)
                + dropoffService / 2
                - order.placedAt;
    }

    /** Reads one folder of the public instances. */
    static MealDay read(Path folder) throws IOException {
        Map<String, Point> restaurants = new HashMap<>();
        for (String[] row : rows(folder.resolve("restaurants.txt"))) {
            restaurants.put(row[0], point(row));
        }
        List<Order> orders = new ArrayList<>();
        for (String[] row : rows(folder.resolve("orders.txt"))) {
            orders.add(new Order(
                    orders.size() + 1,
                    point(row),
                    Integer.parseInt(row[3]),
                    known(restaurants, row[4]),
                    Integer.parseInt(row[5])));
        }
        List<Rider> riders = new ArrayList<>();
        for (String[] row : rows(folder.resolve("couriers.txt"))) {
            riders.add(new Rider(riders.size() + 1, point(row), Integer.parseInt(row[3]), Integer.parseInt(row[4])));
        }
        String[] parameters = rows(folder.resolve("instance_parameters.txt")).get(0);
        return new MealDay(
                folder.getFileName().toString(),
                List.copyOf(orders),
                List.copyOf(riders),
                Double.parseDouble(parameters[0]),
                Double.parseDouble(parameters[1]),
                Double.parseDouble(parameters[2]));
    }

    private static Point known(Map<String, Point> restaurants, String name) throws IOException {
        Point restaurant = restaurants.get(name);
        if (restaurant == null) {
            throw new IOException("an order names the unknown restaurant " + name);
        }
        return restaurant;
    }

    private static Point point(String[] row) {
        return new Point(Integer.parseInt(row[1]), Integer.parseInt(row[2]));
    }

    private static List<String[]> rows(Path file) throws IOException {
        return Files.readAllLines(file).stream()
                .skip(1)
                .filter(line -> !line.isBlank())
                .map(line -> line.split("\t", -1))
                .toList();
    }
}
