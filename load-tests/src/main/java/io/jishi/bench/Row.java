package io.jishi.bench;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * One line of the result. The names of the components are those of the JSON that {@code --json} writes.
 *
 * @param metric what was measured
 * @param value what came out, in {@code unit}; null where it could not be measured, and {@code target} says why
 * @param unit with its time base: {@code deliveries/s}, {@code µs CPU/delivery}, {@code ms}
 * @param against the baseline and its own value, empty where there is none
 * @param ratio {@code value} divided by the baseline's value; null where there is none
 * @param target what was aimed at, in words, empty where nothing was
 * @param met whether it was reached; null where there is no target
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({"metric", "value", "unit", "against", "ratio", "target", "met"})
public record Row(
        String metric,
        @Nullable Double value,
        String unit,
        String against,
        @Nullable Double ratio,
        String target,
        @Nullable Boolean met) {

    /** A value without baseline or target. */
    public static Row of(String metric, double value, String unit) {
        return new Row(metric, value, unit, "", null, "", null);
    }

    /** A row that could not be measured. */
    public static Row missing(String metric, String unit, String why) {
        return new Row(metric, null, unit, "", null, "not measured: " + why, null);
    }

    /** The same, held against a baseline's value of the same unit. */
    public Row against(String baseline, double baselineValue) {
        Double ratio = value == null || baselineValue == 0 ? null : value / baselineValue;
        return new Row(metric, value, unit, baseline + " " + Table.number(baselineValue), ratio, target, met);
    }

    public Row atLeast(double wanted) {
        return new Row(
                metric, value, unit, against, ratio, "≥ " + Table.number(wanted), value != null && value >= wanted);
    }

    public Row atMost(double wanted) {
        return new Row(
                metric, value, unit, against, ratio, "≤ " + Table.number(wanted), value != null && value <= wanted);
    }

    public Row ratioAtLeast(double wanted) {
        String words = "ratio ≥ " + Table.number(wanted);
        return new Row(metric, value, unit, against, ratio, words, ratio != null && ratio >= wanted);
    }

    public Row ratioAtMost(double wanted) {
        String words = "ratio ≤ " + Table.number(wanted);
        return new Row(metric, value, unit, against, ratio, words, ratio != null && ratio <= wanted);
    }
}
