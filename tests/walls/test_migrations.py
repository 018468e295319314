"""No change of a model is without its migration, and no two migrations are both the last."""

from django.apps import apps
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState


def test_no_migration_is_missing():
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    missing = {
        app: [operation.describe() for migration in migrations for operation in migration.operations]
        for app, migrations in detector.changes(graph=loader.graph).items()
    }
    assert missing == {}


def test_each_room_has_one_last_migration():
    assert MigrationLoader(None).detect_conflicts() == {}
