package io.jishi.aftersales;

import io.jishi.aftersales.CaseFile.Evidence;
import io.jishi.aftersales.EvidenceStore.Photo;
import io.jishi.core.Check;
import io.jishi.core.Id;
import io.jishi.core.Ids;
import io.jishi.core.Outcome;
import io.jishi.database.Database;
import io.jishi.realtime.Caller;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.SqlConnection;
import java.time.InstantSource;
import java.util.Optional;

/** Photos of cases: checked by their content, bounded in size and number, seen by those alone whom the case concerns. */
final class PhotoDesk {
    private final Database database;
    private final CaseDesk cases;
    private final CaseStore store;
    private final EvidenceStore evidence;
    private final Ids ids;
    private final InstantSource clock;
    private final int bytesMax;
    private final int photosMax;

    PhotoDesk(
            Database database,
            CaseDesk cases,
            EvidenceStore evidence,
            Ids ids,
            InstantSource clock,
            int bytesMax,
            int photosMax) {
        this.database = database;
        this.cases = cases;
        this.store = new CaseStore(database);
        this.evidence = evidence;
        this.ids = ids;
        this.clock = clock;
        this.bytesMax = bytesMax;
        this.photosMax = photosMax;
    }

    Future<Outcome<Id<Evidence>>> add(Caller caller, Id<Case> id, String key, Buffer bytes) {
        Check.key("key", key);
        return cases.visible(caller, id).compose(found -> {
            if (found.isEmpty()) {
                return refused(AfterSalesRefusal.CASE_NOT_FOUND);
            }
            if (bytes.length() > bytesMax) {
                return refused(AfterSalesRefusal.PHOTO_TOO_LONG);
            }
            Optional<String> type = Photos.typeOf(bytes);
            return type.isEmpty()
                    ? refused(AfterSalesRefusal.NOT_A_PHOTO)
                    : database.transaction(transaction -> add(transaction, caller, id, key, type.get(), bytes));
        });
    }

    /** The case is held, so that its photos are counted right whoever else adds some. */
    private Future<Outcome<Id<Evidence>>> add(
            SqlConnection transaction, Caller caller, Id<Case> id, String key, String type, Buffer bytes) {
        return store.lock(transaction, id)
                .compose(it -> evidence.known(transaction, id, caller.userId(), key)
                        .compose(known -> known.isPresent()
                                ? Future.succeededFuture(Outcome.done(known.get()))
                                : !it.stage().isOpen()
                                        ? refused(AfterSalesRefusal.NOT_AT_THIS_STAGE)
                                        : insert(transaction, caller, id, key, type, bytes)));
    }

    private Future<Outcome<Id<Evidence>>> insert(
            SqlConnection transaction, Caller caller, Id<Case> id, String key, String type, Buffer bytes) {
        return evidence.photos(transaction, id).compose(count -> {
            if (count >= photosMax) {
                return refused(AfterSalesRefusal.TOO_MANY_PHOTOS);
            }
            Evidence photo = new Evidence(ids.next(), Party.ITSELF, clock.instant(), type, null);
            return evidence.insert(transaction, photo, id, caller.userId(), key, bytes)
                    .map(Outcome.done(photo.id()));
        });
    }

    /** Empty where there is none that concerns who asks. */
    Future<Optional<Photo>> find(Caller caller, Id<Evidence> id) {
        return evidence.photo(id)
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : cases.visible(caller, found.get().caseId())
                                .map(it -> it.isPresent() ? found : Optional.empty()));
    }

    private static <R> Future<Outcome<R>> refused(AfterSalesRefusal refusal) {
        return Future.succeededFuture(Outcome.refused(refusal));
    }
}
