//! The tables of both databases, as diesel sees them; `tests/it/migrations.rs` compares them with what the migrations make.

diesel::table! {
    use crate::db::sql_types::*;

    service_state (name) {
        name -> Text,
        value -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    idempotency_keys (account_id, idempotency_key) {
        account_id -> Id,
        idempotency_key -> Text,
        fingerprint -> Binary,
        status -> Integer,
        headers -> Text,
        body -> Binary,
        created_at -> BigInt,
        body_encoding -> Text,
        authority -> Text,
        resources -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    journal_entries (id) {
        id -> BigInt,
        occurred_at -> BigInt,
        action -> Text,
        resource_type -> Text,
        resource_id -> Id,
        version -> BigInt,
        changed_fields -> Text,
        organization_id -> Nullable<Id>,
        cadre_id -> Nullable<Id>,
        actor_type -> Text,
        actor_id -> Nullable<Id>,
        request_id -> Nullable<Text>,
        payload_digest -> Nullable<Binary>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    journal_payloads (entry_id) {
        entry_id -> BigInt,
        salt -> Binary,
        payload -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    journal_pending (entry_id) {
        entry_id -> BigInt,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    journal_seals (position) {
        position -> BigInt,
        entry_id -> BigInt,
        leaf_hash -> Binary,
        chain_hash -> Binary,
        sealed_at -> BigInt,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    external_ids (resource_type, source, external_id) {
        resource_type -> Text,
        source -> Text,
        external_id -> Text,
        resource_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    search_keys (resource_type, search_key, resource_id) {
        resource_type -> Text,
        search_key -> Text,
        resource_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    organizations (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        code -> Text,
        name -> Text,
        short_name -> Nullable<Text>,
        kind -> Text,
        parent_id -> Nullable<Id>,
        path -> Text,
        division_code -> Nullable<Text>,
        remote -> Bool,
        status -> Text,
        valid_from -> Nullable<Date>,
        valid_to -> Nullable<Date>,
        successor_id -> Nullable<Id>,
        external_ids -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    organization_names (organization_id, valid_to) {
        organization_id -> Id,
        valid_to -> Date,
        code -> Text,
        name -> Text,
        short_name -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    mentors (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        name -> Text,
        sex -> Nullable<Text>,
        political_status -> Nullable<Text>,
        phone_encrypted -> Nullable<Binary>,
        organization_id -> Id,
        post_title -> Nullable<Text>,
        position_level -> Nullable<Text>,
        political -> Bool,
        professional -> Bool,
        expertise -> Text,
        max_mentees -> Integer,
        active_mentees -> Integer,
        status -> Text,
        appointed_on -> Nullable<Date>,
        suspended_from -> Nullable<Date>,
        suspended_until -> Nullable<Date>,
        retired_on -> Nullable<Date>,
        external_ids -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    cadres (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        name -> Text,
        sex -> Nullable<Text>,
        birth_date -> Nullable<Text>,
        ethnicity -> Nullable<Text>,
        political_status -> Nullable<Text>,
        identity_masked -> Nullable<Text>,
        phone_encrypted -> Nullable<Binary>,
        native_place -> Nullable<Text>,
        household_registration -> Nullable<Text>,
        education_level -> Nullable<Text>,
        degree -> Nullable<Text>,
        school -> Nullable<Text>,
        major -> Nullable<Text>,
        organization_id -> Id,
        post_title -> Nullable<Text>,
        post_category -> Nullable<Text>,
        rank -> Nullable<Text>,
        recruitment_channel -> Nullable<Text>,
        reported_on -> Date,
        status -> Text,
        probation_extended_until -> Nullable<Date>,
        political_mentor_id -> Nullable<Id>,
        professional_mentor_id -> Nullable<Id>,
        mentoring -> Text,
        non_local -> Nullable<Text>,
        external_ids -> Text,
        probation_leave_days -> Integer,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    cadre_identities (digest) {
        digest -> Binary,
        cadre_id -> Id,
        encrypted -> Binary,
        present -> Bool,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    guesses (account_id, number) {
        account_id -> Id,
        number -> Binary,
        prefix -> Binary,
        submitted_at -> BigInt,
        collided -> Bool,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    cadre_posts (cadre_id, starts_on) {
        cadre_id -> Id,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        organization_id -> Id,
        post_title -> Nullable<Text>,
        post_category -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    cadre_events (id) {
        id -> Id,
        cadre_id -> Id,
        occurred_on -> Date,
        kind -> Text,
        reason -> Nullable<Text>,
        until -> Nullable<Date>,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    absences (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        kind -> Text,
        starts_on -> Date,
        ends_on -> Nullable<Date>,
        working_days -> Nullable<Integer>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    users (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        username -> Text,
        display_name -> Text,
        mentor_id -> Nullable<Id>,
        cadre_id -> Nullable<Id>,
        disabled -> Bool,
        password_hash -> Nullable<Text>,
        activation_digest -> Nullable<Binary>,
        activation_expires_at -> Nullable<BigInt>,
        failed_logins -> Integer,
        locked_until -> Nullable<BigInt>,
        activated_at -> Nullable<BigInt>,
        activation_failures -> Integer,
        invited_at -> Nullable<BigInt>,
        invited_by -> Nullable<Id>,
        reset_at -> Nullable<BigInt>,
        reset_by -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    user_grants (user_id, position) {
        user_id -> Id,
        position -> Integer,
        role -> Text,
        organization_id -> Nullable<Id>,
        valid_until -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    sessions (id) {
        id -> Id,
        user_id -> Id,
        created_at -> BigInt,
        last_used_at -> BigInt,
        idle_expires_at -> BigInt,
        expires_at -> BigInt,
        ended_at -> Nullable<BigInt>,
        user_agent -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    known_networks (user_id, network) {
        user_id -> Id,
        network -> Binary,
        last_used_at -> BigInt,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    refresh_tokens (digest) {
        digest -> Binary,
        session_id -> Id,
        issued_at -> BigInt,
        used_at -> Nullable<BigInt>,
        predecessor -> Nullable<Binary>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    clients (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        name -> Text,
        scopes -> Text,
        organization_id -> Id,
        source -> Nullable<Text>,
        secret_digest -> Nullable<Binary>,
        disabled -> Bool,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    signing_keys (kid) {
        kid -> Text,
        algorithm -> Text,
        public_key -> Binary,
        private_key_encrypted -> Binary,
        created_at -> BigInt,
        active_from -> BigInt,
        retired_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    token_cutoffs (subject_id) {
        subject_id -> Id,
        not_before -> BigInt,
        recorded_at -> BigInt,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    kinships (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        person_a_type -> Text,
        person_a_id -> Id,
        person_b_type -> Text,
        person_b_id -> Id,
        relation -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    assignments (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        mentor_id -> Id,
        role -> Text,
        pairing_style -> Nullable<Text>,
        status -> Text,
        starts_on -> Date,
        planned_ends_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        end_reason -> Nullable<Text>,
        end_note -> Nullable<Text>,
        agreement -> Nullable<Text>,
        cross_unit_reason -> Nullable<Text>,
        replaces_id -> Nullable<Id>,
        needs_replacement_since -> Nullable<Date>,
        needs_replacement_reason -> Nullable<Text>,
        organization_id -> Id,
        phase -> Text,
        present_organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    evaluations (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        kind -> Text,
        period_from -> Date,
        period_to -> Date,
        evaluator_relation -> Text,
        evaluator_user_id -> Nullable<Id>,
        mentor_id -> Nullable<Id>,
        rater -> Text,
        live -> Bool,
        scores -> Text,
        overall_score -> Nullable<Integer>,
        grade -> Nullable<Text>,
        summary -> Nullable<Text>,
        suggestions -> Nullable<Text>,
        status -> Text,
        submitted_at -> Nullable<BigInt>,
        return_reason -> Nullable<Text>,
        confirmed_at -> Nullable<BigInt>,
        confirmed_by -> Nullable<Id>,
        acknowledged_at -> Nullable<BigInt>,
        objection -> Nullable<Text>,
        supersedes_id -> Nullable<Id>,
        superseded_by_id -> Nullable<Id>,
        organization_id -> Id,
        phase -> Text,
        present_organization_id -> Id,
        form_id -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    evaluation_answers (evaluation_id) {
        evaluation_id -> Id,
        answers -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    evaluation_forms (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        kind -> Text,
        status -> Text,
        valid_from -> Date,
        dimensions -> Text,
        raters -> Text,
        questions -> Text,
        minimum_raters -> Integer,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    evaluation_rounds (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        organization_id -> Id,
        kind -> Text,
        period_from -> Date,
        period_to -> Date,
        form_id -> Id,
        raters -> Text,
        opens_on -> Date,
        due_on -> Date,
        closes_on -> Date,
        status -> Text,
        issued_on -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    evaluation_schedules (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        organization_id -> Id,
        kind -> Text,
        opens_after_days -> Integer,
        due_after_days -> Integer,
        closes_after_days -> Integer,
        status -> Text,
        next_from -> Date,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    rater_forms (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        round_id -> Id,
        cadre_id -> Id,
        kind -> Text,
        period_from -> Date,
        period_to -> Date,
        evaluator_relation -> Text,
        mentor_id -> Nullable<Id>,
        rater -> Text,
        organization_id -> Id,
        status -> Text,
        missed_reason -> Nullable<Text>,
        evaluation_id -> Nullable<Id>,
        open -> Bool,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    round_progress (round_id, organization_id) {
        round_id -> Id,
        organization_id -> Id,
        expected -> Integer,
        draft -> Integer,
        submitted -> Integer,
        confirmed -> Integer,
        missed -> Integer,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    evaluation_reopenings (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        kind -> Text,
        period_from -> Date,
        period_to -> Date,
        rater -> Text,
        until -> Date,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    phase_templates (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        organization_id -> Nullable<Id>,
        phase -> Text,
        status -> Text,
        valid_from -> Date,
        theme -> Nullable<Text>,
        targets -> Text,
        goals -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    plans (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        phase -> Text,
        template_id -> Id,
        theme -> Text,
        goals -> Text,
        career_plan -> Nullable<Text>,
        status -> Text,
        starts_on -> Date,
        planned_ends_on -> Date,
        ends_on -> Date,
        shifts -> Text,
        decisions -> Text,
        organization_id -> Id,
        present_organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    growth_entries (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        occurred_on -> Date,
        kind -> Text,
        title -> Text,
        participation -> Nullable<Text>,
        support -> Nullable<Text>,
        outcome -> Nullable<Text>,
        evidence -> Text,
        source -> Text,
        status -> Text,
        verified_by -> Nullable<Id>,
        dispute_reason -> Nullable<Text>,
        supersedes_id -> Nullable<Id>,
        superseded_by_id -> Nullable<Id>,
        organization_id -> Id,
        phase -> Text,
        present_organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    matching_runs (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        organization_id -> Id,
        status -> Text,
        terms -> Text,
        outcome -> Text,
        input_digest -> Text,
        result_digest -> Text,
        journal_position -> BigInt,
        duration_ms -> Integer,
        applied_at -> Nullable<BigInt>,
        applied_by -> Nullable<Id>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    matching_proposals (id) {
        id -> Id,
        version -> BigInt,
        run_id -> Id,
        cadre_id -> Id,
        role -> Text,
        organization_id -> Id,
        mentor_id -> Nullable<Id>,
        matched -> Bool,
        present_id -> Nullable<Id>,
        explanation -> Text,
        decision -> Text,
        banned -> Text,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    exchanges (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        title -> Text,
        planned_starts_on -> Date,
        planned_ends_on -> Date,
        status -> Text,
        end_reason -> Nullable<Text>,
        organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    postings (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        front -> Text,
        arrangement -> Text,
        host_organization_id -> Nullable<Id>,
        host_name -> Nullable<Text>,
        lead_mentor_id -> Nullable<Id>,
        task -> Text,
        planned_starts_on -> Date,
        planned_ends_on -> Date,
        starts_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        status -> Text,
        end_reason -> Nullable<Text>,
        result_rating -> Nullable<Text>,
        result_text -> Nullable<Text>,
        growth_entry_id -> Nullable<Id>,
        exchange_id -> Nullable<Id>,
        overrides -> Text,
        organization_id -> Id,
        phase -> Text,
        present_organization_id -> Id,
        guest_until -> Nullable<Date>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    training_events (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        organization_id -> Id,
        title -> Text,
        theme -> Nullable<Text>,
        kind -> Text,
        starts_on -> Date,
        ends_on -> Date,
        hours -> Integer,
        days -> Nullable<Integer>,
        seats -> Nullable<Integer>,
        place -> Nullable<Text>,
        open_to_organization_id -> Id,
        open_to_phases -> Text,
        open_to_post_categories -> Text,
        status -> Text,
        cancel_reason -> Nullable<Text>,
        enrolled -> Integer,
        waitlisted -> Integer,
        numbered -> Integer,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    enrolments (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        event_id -> Id,
        cadre_id -> Id,
        number -> Integer,
        status -> Text,
        hours_credited -> Integer,
        days_credited -> Integer,
        result -> Text,
        score -> Nullable<Integer>,
        reason -> Nullable<Text>,
        organization_id -> Id,
        present_organization_id -> Id,
        host_organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    training_feedback (enrolment_id) {
        enrolment_id -> Id,
        created_at -> BigInt,
        event_id -> Id,
        number -> Integer,
        rating -> Integer,
        text -> Nullable<Text>,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    training_hours (cadre_id, year) {
        cadre_id -> Id,
        year -> Integer,
        hours -> Integer,
        induction_days -> Integer,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    mentoring_sessions (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        created_by -> Nullable<Id>,
        cadre_id -> Id,
        mentor_id -> Id,
        assignment_id -> Id,
        role -> Text,
        kind -> Text,
        occurred_at -> BigInt,
        occurred_on -> Date,
        ordinal -> Integer,
        confidential -> Bool,
        minutes -> Nullable<Integer>,
        words -> Binary,
        group_id -> Nullable<Id>,
        recorded_by -> Text,
        late -> Bool,
        confirmed_at -> Nullable<BigInt>,
        organization_id -> Id,
        present_organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    follow_ups (id) {
        id -> Id,
        version -> BigInt,
        created_at -> BigInt,
        updated_at -> BigInt,
        session_id -> Id,
        ordinal -> Integer,
        owner -> Text,
        words -> Binary,
        due_on -> Date,
        done_on -> Nullable<Date>,
        cadre_id -> Id,
        mentor_id -> Id,
        assignment_id -> Id,
        confidential -> Bool,
        organization_id -> Id,
        present_organization_id -> Id,
    }
}

diesel::table! {
    use crate::db::sql_types::*;

    session_reveals (id) {
        id -> Id,
        session_id -> Id,
        asked_by -> Id,
        asked_at -> BigInt,
        agreed_by -> Nullable<Id>,
        agreed_at -> Nullable<BigInt>,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    organizations,
    organization_names,
    evaluation_forms,
    evaluation_answers,
    evaluation_rounds,
    evaluation_schedules,
    rater_forms,
    round_progress,
    phase_templates,
    plans,
    training_events,
    enrolments,
    training_feedback,
    training_hours,
    exchanges,
    postings,
    mentoring_sessions,
    follow_ups,
    session_reveals,
    external_ids,
    search_keys,
    mentors,
    cadres,
    cadre_identities,
    guesses,
    cadre_posts,
    cadre_events,
    absences,
    users,
    user_grants,
    sessions,
    known_networks,
    refresh_tokens,
    clients,
    kinships,
    assignments,
    evaluations,
    evaluation_reopenings,
    growth_entries,
    matching_runs,
    matching_proposals,
    journal_entries,
    journal_payloads,
    journal_pending,
    journal_seals,
);
