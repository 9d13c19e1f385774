package io.jishi.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** Repeated measurements of one quantity. On a shared machine the median is what counts, and the spread what to doubt. */
public record Samples(List<Double> values) {
    public Samples {
        values = List.copyOf(values);
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no samples");
        }
    }

    /**
     * Measures several variants in turns, so that what else the machine does hits all alike: A B, B A, A B, …
     *
     * @param variants in the order of the first round; each call measures once
     */
    public static <T> Map<String, List<T>> interleaved(int rounds, Map<String, Callable<T>> variants) throws Exception {
        Map<String, List<T>> measured = new LinkedHashMap<>();
        List<Map.Entry<String, Callable<T>>> order = List.copyOf(variants.entrySet());
        for (int round = 0; round < rounds; round++) {
            for (Map.Entry<String, Callable<T>> variant : round % 2 == 0 ? order : order.reversed()) {
                measured.computeIfAbsent(variant.getKey(), _ -> new ArrayList<>())
                        .add(variant.getValue().call());
            }
        }
        return measured;
    }

    public double median() {
        return quantile(0.5);
    }

    /** The smallest value that is not below the share {@code q} of all; for 0.5 of an even number the middle of two. */
    public double quantile(double q) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double at = q * (sorted.length - 1);
        int low = (int) Math.floor(at);
        int high = (int) Math.ceil(at);
        return sorted[low] + (sorted[high] - sorted[low]) * (at - low);
    }

    /** Half the distance from the smallest to the largest, as a share of the median: 0.1 is ±10%. */
    public double spread() {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = median();
        return median == 0 ? 0 : (sorted[sorted.length - 1] - sorted[0]) / 2 / Math.abs(median);
    }

    @Override
    public String toString() {
        return Table.number(median()) + " ±" + Math.round(100 * spread()) + "% "
                + Arrays.toString(values.stream().map(Table::number).toArray());
    }
}
