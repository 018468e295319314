"""What platforms export, as merchants download it: tables and feeds, known by their columns, read as drafts."""
