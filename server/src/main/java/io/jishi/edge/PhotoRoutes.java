package io.jishi.edge;

import io.jishi.aftersales.AfterSales;
import io.jishi.aftersales.AfterSalesRefusal;
import io.jishi.aftersales.CaseFile.Evidence;
import io.jishi.core.Id;
import io.jishi.core.Invalid;
import io.jishi.core.Outcome;
import io.jishi.core.Refusal;
import io.jishi.core.Settings;
import io.jishi.realtime.Json;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Photos of cases: sent as they are, and fetched with the token of somebody whom the case concerns. What is fetched is a
 * file of a type that the server found in its content, never a page: not shown in place of one, and able to do nothing.
 */
public final class PhotoRoutes {
    private static final String PATH = "/api/aftersales/photo";
    private static final Map<Refusal, Integer> STATUSES = Map.of(
            AfterSalesRefusal.CASE_NOT_FOUND, 404,
            AfterSalesRefusal.NOT_AT_THIS_STAGE, 409,
            AfterSalesRefusal.NOT_A_PHOTO, 415,
            AfterSalesRefusal.TOO_MANY_PHOTOS, 409,
            AfterSalesRefusal.PHOTO_TOO_LONG, 413);

    private PhotoRoutes() {}

    record Added(Id<Evidence> id) {}

    public static void add(HttpEdge edge, AfterSales afterSales, Settings settings) {
        edge.raw(
                HttpMethod.POST,
                PATH,
                settings.get(AfterSales.PHOTO_BYTES_MAX),
                context -> answering(context, () -> post(context, afterSales)));
        edge.get(PATH, context -> answering(context, () -> get(context, afterSales)));
    }

    private static Future<?> post(RoutingContext context, AfterSales afterSales) {
        return afterSales
                .addPhoto(
                        Arrival.caller(context),
                        Id.parse(parameter(context, "case")),
                        parameter(context, "key"),
                        context.body().buffer() == null
                                ? io.vertx.core.buffer.Buffer.buffer()
                                : context.body().buffer())
                .onSuccess(outcome -> {
                    switch (outcome) {
                        case Outcome.Done<Id<Evidence>>(Id<Evidence> id) ->
                            Answers.json(context, 200, Json.encode(new Added(id)));
                        case Outcome.Refused<Id<Evidence>>(Refusal refusal) ->
                            Answers.refusal(context, STATUSES.getOrDefault(refusal, 400), refusal);
                    }
                });
    }

    private static Future<?> get(RoutingContext context, AfterSales afterSales) {
        Id<Evidence> id = Id.parse(parameter(context, "id"));
        return afterSales.photo(Arrival.caller(context), id).onSuccess(found -> {
            if (found.isEmpty()) {
                Answers.error(context, HttpError.NOT_FOUND);
                return;
            }
            String type = found.get().type();
            context.response()
                    .putHeader(
                            "Content-Disposition",
                            "attachment; filename=\"" + id + "." + type.substring(type.indexOf('/') + 1) + "\"")
                    .putHeader("Content-Security-Policy", "default-src 'none'; sandbox")
                    .putHeader("Cross-Origin-Resource-Policy", "same-origin");
            Answers.send(context, 200, type, found.get().bytes());
        });
    }

    private static String parameter(RoutingContext context, String name) {
        @Nullable String value = context.request().getParam(name);
        if (value == null) {
            throw new Invalid(name, "The parameter " + name + " is required.");
        }
        return value;
    }

    /** What is asked for. */
    private interface Work {
        Future<?> begin();
    }

    private static void answering(RoutingContext context, Work work) {
        Future<?> begun;
        try {
            begun = work.begin();
        } catch (RuntimeException e) {
            begun = Future.failedFuture(e);
        }
        begun.onFailure(fault -> {
            if (fault instanceof Invalid invalid) {
                Answers.invalid(context, invalid);
            } else {
                context.fail(fault);
            }
        });
    }
}
