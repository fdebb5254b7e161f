extension HarmlessRoutines {
    /// Implement built-in casts: pure over their argument and the session's formats.
    static let casts = """
        bit bool box bpchar char cidr circle date datemultirange float4 float8 int2 int4
        int4multirange int8 int8multirange interval lseg macaddr macaddr8 money name numeric
        nummultirange oid path point polygon regclass text time timestamp timestamptz timetz
        tsmultirange tstzmultirange varbit varchar xid xml
        """

    /// Built-in aggregates and window functions: pure over their input rows.
    static let aggregates = """
        array_agg avg bit_and bit_or bit_xor bool_and bool_or corr count covar_pop covar_samp
        cume_dist dense_rank every first_value json_agg json_object_agg jsonb_agg jsonb_object_agg
        lag last_value lead max min mode nth_value ntile percent_rank percentile_cont
        percentile_disc range_agg range_intersect_agg rank regr_avgx regr_avgy regr_count
        regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy row_number stddev stddev_pop
        stddev_samp string_agg sum var_pop var_samp variance xmlagg
        """

    /// Arithmetic on numbers and object identifiers.
    static let numbers = """
        abs acos acosd acosh asin asind asinh atan atan2 atan2d atand atanh cash_words cashlarger
        cashsmaller cbrt ceil ceiling chr cos cosd cosh cot cotd degrees dexp div dlog1 dlog10
        dround dtrunc exp factorial float4larger float4smaller float8larger float8smaller floor gcd
        int2_sum int2larger int2smaller int4_sum int4inc int4larger int4smaller int8_sum int8dec
        int8dec_any int8inc int8inc_any int8inc_float8_float8 int8larger int8smaller lcm ln log
        log10 min_scale mod mxid_age num_nonnulls num_nulls numeric_div_trunc numeric_exp
        numeric_inc numeric_ln numeric_log numeric_sqrt pi pow power radians round scale sign sin
        sind sinh sqrt tan tand tanh to_hex trim_scale txid_visible_in_snapshot
        """

    /// Strings, bytes and bits: pure over their arguments and the database's encoding.
    static let text = """
        ascii bit_count bit_length bitcmp bpcharcmp byteacmp char_length character_length concat
        concat_ws convert convert_from convert_to decode encode format get_bit get_byte
        gin_cmp_tslexeme initcap is_normalized left like like_escape lpad ltrim md5 nameconcatoid
        normalize notlike octet_length overlay parse_ident position quote_ident quote_literal
        quote_nullable regexp_count regexp_instr regexp_like regexp_match regexp_matches
        regexp_replace regexp_split_to_table regexp_substr repeat replace reverse right rpad rtrim
        set_bit set_byte sha224 sha256 sha384 sha512 similar_escape similar_to_escape split_part
        string_to_table strpos substr substring textlen to_ascii to_number translate unistr
        varbitcmp
        """

    /// Dates, times and intervals; the clock and the time zone are read.
    static let time = """
        age date_bin date_cmp_timestamp date_cmp_timestamptz date_part date_trunc extract
        generate_series isfinite justify_days justify_hours justify_interval make_date make_interval
        make_time make_timestamp make_timestamptz now overlaps statement_timestamp
        timestamp_cmp_date timestamp_cmp_timestamptz timestamptz_cmp_date timestamptz_cmp_timestamp
        timezone to_char to_date to_timestamp transaction_timestamp
        """

    /// JSON construction, access and paths. Domain checks of row types are found by the types of the arguments.
    static let json = """
        array_to_json gin_compare_jsonb json_array_elements json_array_elements_text
        json_array_length json_build_array json_build_object json_each json_each_text json_object
        json_object_keys json_populate_record json_populate_recordset json_strip_nulls
        json_to_record json_to_recordset json_to_tsvector json_typeof jsonb_array_elements
        jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
        jsonb_each_text jsonb_insert jsonb_object jsonb_object_keys jsonb_path_exists
        jsonb_path_exists_tz jsonb_path_match jsonb_path_match_tz jsonb_path_query
        jsonb_path_query_array jsonb_path_query_array_tz jsonb_path_query_first
        jsonb_path_query_first_tz jsonb_path_query_tz jsonb_populate_record jsonb_populate_recordset
        jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_to_record jsonb_to_recordset
        jsonb_to_tsvector jsonb_typeof row_to_json to_json to_jsonb to_tsvector ts_headline
        """

    /// Arrays, ranges and enums: pure over their arguments.
    static let arrays = """
        array_dims array_fill array_length array_lower array_ndims array_position array_positions
        array_remove array_replace array_to_string array_upper cardinality daterange
        daterange_canonical daterange_subdiff enum_first enum_last enum_range float4_accum
        float8_accum float8_avg float8_combine float8_corr float8_covar_pop float8_covar_samp
        float8_regr_accum float8_regr_avgx float8_regr_avgy float8_regr_combine
        float8_regr_intercept float8_regr_r2 float8_regr_slope float8_regr_sxx float8_regr_sxy
        float8_regr_syy float8_stddev_pop float8_stddev_samp float8_var_pop float8_var_samp
        generate_subscripts int2_avg_accum int2_avg_accum_inv int2int4_sum int4_avg_accum
        int4_avg_accum_inv int4_avg_combine int4range int4range_canonical int4range_subdiff int8_avg
        int8range int8range_canonical int8range_subdiff interval_accum interval_accum_inv
        interval_avg interval_combine isempty lower lower_inc lower_inf multirange
        multirange_intersect_agg_transfn numrange numrange_subdiff postgresql_fdw_validator
        range_intersect_agg_transfn range_merge regexp_split_to_array setweight string_to_array
        trim_array tsrange tsrange_subdiff tstzrange tstzrange_subdiff unnest upper upper_inc
        upper_inf width_bucket
        """

    /// Network addresses: pure, no name is resolved.
    static let network = """
        abbrev broadcast family host hostmask inet_merge inet_same_family macaddr8_set7bit masklen
        netmask network set_masklen trunc
        """

    /// Geometry: pure.
    static let geometry = """
        area bound_box center diagonal diameter height isclosed ishorizontal isopen isparallel
        isperp isvertical length line npoints pclose popen radius slope spg_poly_quad_compress width
        """

    /// Text search: reads configurations and dictionaries, which only a superuser can give code to.
    static let textSearch = """
        array_to_tsvector numnode phraseto_tsquery plainto_tsquery querytree strip to_tsquery
        ts_debug ts_delete ts_filter ts_lexize ts_parse ts_rank ts_rank_cd ts_token_type
        tsvector_to_array websearch_to_tsquery
        """

    /// XML construction and XPath over values; no external entity is loaded (xml.c).
    static let xml = """
        table_to_xmlschema xml_is_well_formed xml_is_well_formed_content xml_is_well_formed_document
        xmlcomment xmlconcat2 xmlexists xmlvalidate xpath xpath_exists
        """

    /// Names, privileges and shapes of objects: what \\d shows. No values of users' columns, no bodies, no defaults.
    static let catalog = """
        acldefault aclexplode format_type has_any_column_privilege has_column_privilege
        has_database_privilege has_foreign_data_wrapper_privilege has_function_privilege
        has_language_privilege has_parameter_privilege has_schema_privilege has_sequence_privilege
        has_server_privilege has_table_privilege has_tablespace_privilege has_type_privilege
        makeaclitem oidvectortypes pg_available_extension_versions pg_available_extensions
        pg_char_to_encoding pg_collation_for pg_collation_is_visible pg_column_compression
        pg_column_is_updatable pg_column_size pg_conversion_is_visible pg_describe_object
        pg_encoding_max_length pg_encoding_to_char pg_event_trigger_dropped_objects
        pg_event_trigger_table_rewrite_oid pg_event_trigger_table_rewrite_reason
        pg_extension_update_paths pg_filenode_relation pg_function_is_visible
        pg_get_catalog_foreign_keys pg_get_function_identity_arguments pg_get_function_result
        pg_get_keywords pg_get_object_address pg_get_replica_identity_index pg_get_serial_sequence
        pg_get_statisticsobjdef_columns pg_get_userbyid pg_has_role pg_identify_object
        pg_identify_object_as_address pg_index_column_has_property pg_index_has_property
        pg_indexam_has_property pg_indexam_progress_phasename pg_lsn pg_opclass_is_visible
        pg_operator_is_visible pg_opfamily_is_visible pg_partition_root pg_relation_filenode
        pg_relation_filepath pg_relation_is_publishable pg_relation_is_updatable
        pg_sequence_parameters pg_settings_get_flags pg_size_bytes pg_size_pretty pg_snapshot_xip
        pg_snapshot_xmax pg_snapshot_xmin pg_statistics_obj_is_visible pg_table_is_visible
        pg_tablespace_databases pg_tablespace_location pg_timezone_abbrevs pg_timezone_names
        pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible
        pg_ts_template_is_visible pg_type_is_visible pg_typeof pg_visible_in_snapshot
        pg_wal_lsn_diff pg_walfile_name pg_walfile_name_offset to_regclass to_regcollation
        to_regnamespace to_regoper to_regoperator to_regproc to_regprocedure to_regrole to_regtype
        """

    /// Counters of the statistics system.
    static let statistics = """
        pg_stat_get_analyze_count pg_stat_get_archiver pg_stat_get_autoanalyze_count
        pg_stat_get_autovacuum_count pg_stat_get_backend_activity_start
        pg_stat_get_backend_client_port pg_stat_get_backend_dbid pg_stat_get_backend_idset
        pg_stat_get_backend_pid pg_stat_get_backend_start pg_stat_get_backend_userid
        pg_stat_get_backend_wait_event pg_stat_get_backend_wait_event_type
        pg_stat_get_backend_xact_start pg_stat_get_bgwriter_buf_written_checkpoints
        pg_stat_get_bgwriter_buf_written_clean pg_stat_get_bgwriter_maxwritten_clean
        pg_stat_get_bgwriter_requested_checkpoints pg_stat_get_bgwriter_stat_reset_time
        pg_stat_get_bgwriter_timed_checkpoints pg_stat_get_blocks_fetched pg_stat_get_blocks_hit
        pg_stat_get_buf_alloc pg_stat_get_buf_fsync_backend pg_stat_get_buf_written_backend
        pg_stat_get_checkpoint_sync_time pg_stat_get_checkpoint_write_time
        pg_stat_get_db_active_time pg_stat_get_db_blk_read_time pg_stat_get_db_blk_write_time
        pg_stat_get_db_blocks_fetched pg_stat_get_db_blocks_hit pg_stat_get_db_checksum_failures
        pg_stat_get_db_checksum_last_failure pg_stat_get_db_conflict_all
        pg_stat_get_db_conflict_bufferpin pg_stat_get_db_conflict_lock
        pg_stat_get_db_conflict_snapshot pg_stat_get_db_conflict_startup_deadlock
        pg_stat_get_db_conflict_tablespace pg_stat_get_db_deadlocks
        pg_stat_get_db_idle_in_transaction_time pg_stat_get_db_numbackends
        pg_stat_get_db_session_time pg_stat_get_db_sessions pg_stat_get_db_sessions_abandoned
        pg_stat_get_db_sessions_fatal pg_stat_get_db_sessions_killed pg_stat_get_db_stat_reset_time
        pg_stat_get_db_temp_bytes pg_stat_get_db_temp_files pg_stat_get_db_tuples_deleted
        pg_stat_get_db_tuples_fetched pg_stat_get_db_tuples_inserted pg_stat_get_db_tuples_returned
        pg_stat_get_db_tuples_updated pg_stat_get_db_xact_commit pg_stat_get_db_xact_rollback
        pg_stat_get_dead_tuples pg_stat_get_function_calls pg_stat_get_function_self_time
        pg_stat_get_function_total_time pg_stat_get_ins_since_vacuum pg_stat_get_last_analyze_time
        pg_stat_get_last_autoanalyze_time pg_stat_get_last_autovacuum_time
        pg_stat_get_last_vacuum_time pg_stat_get_live_tuples pg_stat_get_mod_since_analyze
        pg_stat_get_numscans pg_stat_get_progress_info pg_stat_get_replication_slot pg_stat_get_slru
        pg_stat_get_snapshot_timestamp pg_stat_get_subscription_stats pg_stat_get_tuples_deleted
        pg_stat_get_tuples_fetched pg_stat_get_tuples_hot_updated pg_stat_get_tuples_inserted
        pg_stat_get_tuples_returned pg_stat_get_tuples_updated pg_stat_get_vacuum_count
        pg_stat_get_wal pg_stat_get_xact_blocks_fetched pg_stat_get_xact_blocks_hit
        pg_stat_get_xact_function_calls pg_stat_get_xact_function_self_time
        pg_stat_get_xact_function_total_time pg_stat_get_xact_numscans
        pg_stat_get_xact_tuples_deleted pg_stat_get_xact_tuples_fetched
        pg_stat_get_xact_tuples_hot_updated pg_stat_get_xact_tuples_inserted
        pg_stat_get_xact_tuples_returned pg_stat_get_xact_tuples_updated
        """

    /// Facts of the session, its transaction and the server's version.
    static let session = """
        current_database current_schema current_schemas current_user get_current_ts_config
        getdatabaseencoding getpgusername inet_client_addr inet_client_port inet_server_addr
        inet_server_port pg_backend_pid pg_client_encoding pg_conf_load_time pg_current_snapshot
        pg_current_xact_id_if_assigned pg_is_other_temp_schema pg_listening_channels
        pg_my_temp_schema pg_postmaster_start_time pg_trigger_depth row_security_active session_user
        txid_current_if_assigned txid_current_snapshot txid_snapshot_xip txid_snapshot_xmax
        txid_snapshot_xmin version
        """

    /// Volatile because their answer changes, not because they change anything: clock, randomness, sizes, positions
    /// in the log, locks held. Reviewed one by one.
    static let volatileButReading = """
        amvalidate clock_timestamp current_query currtid2 gen_random_uuid pg_blocking_pids
        pg_collation_actual_version pg_control_checkpoint pg_control_init pg_control_recovery
        pg_control_system pg_current_wal_flush_lsn pg_current_wal_insert_lsn pg_current_wal_lsn
        pg_database_collation_actual_version pg_database_size pg_get_multixact_members
        pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_indexes_size pg_is_in_recovery
        pg_is_wal_replay_paused pg_isolation_test_session_is_blocked pg_jit_available
        pg_last_committed_xact pg_last_wal_receive_lsn pg_last_wal_replay_lsn
        pg_last_xact_replay_timestamp pg_lock_status pg_notification_queue_usage
        pg_partition_ancestors pg_partition_tree pg_prepared_xact pg_relation_size
        pg_safe_snapshot_blocking_pids pg_sequence_last_value pg_stat_get_recovery_prefetch
        pg_table_size pg_tablespace_size pg_total_relation_size pg_xact_commit_timestamp
        pg_xact_commit_timestamp_origin pg_xact_status random timeofday txid_status
        """

    /// Trigger functions of the server that change only the row at hand.
    static let triggers = """
        suppress_redundant_updates_trigger tsvector_update_trigger tsvector_update_trigger_column
        unique_key_recheck
        """
}
