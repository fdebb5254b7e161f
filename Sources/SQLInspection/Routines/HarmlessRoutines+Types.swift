extension HarmlessRoutines {
    /// Input and output of types: the server itself calls them for every value. Those for arrays, rows, ranges and
    /// domains are not here: with a type's OID as an argument they run the checks of any domain.
    static let typeInputAndOutput = """
        aclitemin aclitemout any_in any_out anyarray_in anyarray_out anyarray_send anycompatible_in
        anycompatible_out anycompatiblearray_in anycompatiblearray_out anycompatiblearray_send
        anycompatiblemultirange_in anycompatiblemultirange_out anycompatiblenonarray_in
        anycompatiblenonarray_out anycompatiblerange_in anycompatiblerange_out anyelement_in
        anyelement_out anyenum_in anyenum_out anymultirange_in anymultirange_out anynonarray_in
        anynonarray_out anyrange_in anyrange_out array_out array_send bit_in bit_out bit_send
        bittypmodin bittypmodout boolin boolout boolsend box_in box_out box_send bpcharin bpcharout
        bpcharsend bpchartypmodin bpchartypmodout brin_bloom_summary_in brin_bloom_summary_out
        brin_bloom_summary_send brin_minmax_multi_summary_in brin_minmax_multi_summary_out
        brin_minmax_multi_summary_send byteain byteaout byteasend cash_in cash_out cash_send charin
        charout charsend cidin cidout cidr_in cidr_out cidr_send cidsend circle_in circle_out
        circle_send cstring_in cstring_out cstring_send date_in date_out date_send enum_in enum_out
        enum_send event_trigger_in event_trigger_out fdw_handler_out float4in float4out float4send
        float8in float8out float8send gtsvectorin gtsvectorout index_am_handler_out inet_in inet_out
        inet_send int2in int2out int2send int2vectorin int2vectorout int2vectorsend int4in int4out
        int4send int8in int8out int8send interval_in interval_out interval_send intervaltypmodin
        intervaltypmodout json_in json_out json_send jsonb_in jsonb_out jsonb_send jsonpath_in
        jsonpath_out jsonpath_send language_handler_out line_in line_out line_send lseg_in lseg_out
        lseg_send macaddr8_in macaddr8_out macaddr8_send macaddr_in macaddr_out macaddr_send
        multirange_out multirange_send namein nameout namesend numeric_in numeric_out numeric_send
        numerictypmodin numerictypmodout oidin oidout oidsend oidvectorin oidvectorout oidvectorsend
        path_in path_out path_send pg_ddl_command_in pg_ddl_command_out pg_ddl_command_send
        pg_dependencies_in pg_dependencies_out pg_dependencies_send pg_lsn_in pg_lsn_out pg_lsn_send
        pg_mcv_list_in pg_ndistinct_in pg_ndistinct_out pg_ndistinct_send pg_node_tree_in
        pg_node_tree_out pg_node_tree_send pg_snapshot_in pg_snapshot_out pg_snapshot_send point_in
        point_out point_send poly_in poly_out poly_send range_out range_send record_out record_send
        regclassin regclassout regclasssend regcollationin regcollationout regcollationsend
        regconfigin regconfigout regconfigsend regdictionaryin regdictionaryout regdictionarysend
        regnamespacein regnamespaceout regnamespacesend regoperatorin regoperatorout regoperatorsend
        regoperin regoperout regopersend regprocedurein regprocedureout regproceduresend regprocin
        regprocout regprocsend regrolein regroleout regrolesend regtypein regtypeout regtypesend
        shell_in shell_out table_am_handler_out textin textout textsend tidin tidout tidsend time_in
        time_out time_send timestamp_in timestamp_out timestamp_send timestamptypmodin
        timestamptypmodout timestamptz_in timestamptz_out timestamptz_send timestamptztypmodin
        timestamptztypmodout timetypmodin timetypmodout timetz_in timetz_out timetz_send
        timetztypmodin timetztypmodout trigger_in trigger_out tsm_handler_out tsqueryin tsqueryout
        tsquerysend tsvectorin tsvectorout tsvectorsend txid_snapshot_in txid_snapshot_out
        txid_snapshot_send unknownin unknownout unknownsend uuid_in uuid_out uuid_send varbit_in
        varbit_out varbit_send varbittypmodin varbittypmodout varcharin varcharout varcharsend
        varchartypmodin varchartypmodout void_in void_out void_send xid8in xid8out xid8send xidin
        xidout xidsend xml_in xml_out xml_send
        """

    /// Take or give values of type internal, or are what indexes, planner, aggregates and hashing call: they compare,
    /// hash or estimate the values handed to them.
    static let serverInternals = """
        anyarray_recv anycompatiblearray_recv areajoinsel areasel array_agg_array_finalfn
        array_agg_array_transfn array_agg_finalfn array_agg_transfn array_larger array_smaller
        array_subscript_handler array_typanalyze array_unnest_support arraycontjoinsel arraycontsel
        bernoulli big5_to_euc_tw big5_to_mic big5_to_utf8 bit_recv bool_accum bool_accum_inv
        bool_alltrue bool_anytrue booland_statefunc boolor_statefunc boolrecv box_recv bpchar_larger
        bpchar_smaller bpchar_sortsupport bpcharrecv brin_bloom_add_value brin_bloom_consistent
        brin_bloom_opcinfo brin_bloom_options brin_bloom_summary_recv brin_bloom_union
        brin_inclusion_add_value brin_inclusion_consistent brin_inclusion_opcinfo
        brin_inclusion_union brin_minmax_add_value brin_minmax_consistent
        brin_minmax_multi_add_value brin_minmax_multi_consistent brin_minmax_multi_distance_date
        brin_minmax_multi_distance_float4 brin_minmax_multi_distance_float8
        brin_minmax_multi_distance_inet brin_minmax_multi_distance_int2
        brin_minmax_multi_distance_int4 brin_minmax_multi_distance_int8
        brin_minmax_multi_distance_interval brin_minmax_multi_distance_macaddr
        brin_minmax_multi_distance_macaddr8 brin_minmax_multi_distance_numeric
        brin_minmax_multi_distance_pg_lsn brin_minmax_multi_distance_tid
        brin_minmax_multi_distance_time brin_minmax_multi_distance_timestamp
        brin_minmax_multi_distance_timetz brin_minmax_multi_distance_uuid brin_minmax_multi_opcinfo
        brin_minmax_multi_options brin_minmax_multi_summary_recv brin_minmax_multi_union
        brin_minmax_opcinfo brin_minmax_union brinhandler btarraycmp btboolcmp btbpchar_pattern_cmp
        btbpchar_pattern_sortsupport btcharcmp btequalimage btfloat48cmp btfloat4cmp
        btfloat4sortsupport btfloat84cmp btfloat8cmp btfloat8sortsupport bthandler btint24cmp
        btint28cmp btint2cmp btint2sortsupport btint42cmp btint48cmp btint4cmp btint4sortsupport
        btint82cmp btint84cmp btint8cmp btint8sortsupport btnamecmp btnamesortsupport btnametextcmp
        btoidcmp btoidsortsupport btoidvectorcmp btrecordcmp btrecordimagecmp btrim
        bttext_pattern_cmp bttext_pattern_sortsupport bttextcmp bttextnamecmp bttextsortsupport
        bttidcmp btvarstrequalimage bytea_sortsupport bytea_string_agg_finalfn
        bytea_string_agg_transfn bytearecv cash_cmp cash_recv charrecv cidr_recv cidrecv circle_recv
        contjoinsel contsel cstring_recv cume_dist_final date_cmp date_larger date_recv date_smaller
        date_sortsupport dense_rank_final dispell_init dispell_lexize dsimple_init dsimple_lexize
        dsnowball_init dsnowball_lexize dsynonym_init dsynonym_lexize enum_cmp enum_larger enum_recv
        enum_smaller eqjoinsel eqsel euc_cn_to_mic euc_cn_to_utf8 euc_jis_2004_to_shift_jis_2004
        euc_jis_2004_to_utf8 euc_jp_to_mic euc_jp_to_sjis euc_jp_to_utf8 euc_kr_to_mic
        euc_kr_to_utf8 euc_tw_to_big5 euc_tw_to_mic euc_tw_to_utf8 fdw_handler_in float4recv
        float8recv gb18030_to_utf8 gbk_to_utf8 generate_series_int4_support
        generate_series_int8_support gin_cmp_prefix gin_consistent_jsonb gin_consistent_jsonb_path
        gin_extract_jsonb gin_extract_jsonb_path gin_extract_jsonb_query
        gin_extract_jsonb_query_path gin_extract_tsquery gin_extract_tsvector
        gin_triconsistent_jsonb gin_triconsistent_jsonb_path gin_tsquery_consistent
        gin_tsquery_triconsistent ginarrayconsistent ginarrayextract ginarraytriconsistent
        ginhandler ginqueryarrayextract gist_box_consistent gist_box_distance gist_box_penalty
        gist_box_picksplit gist_box_same gist_box_union gist_circle_compress gist_circle_consistent
        gist_circle_distance gist_point_compress gist_point_consistent gist_point_distance
        gist_point_fetch gist_point_sortsupport gist_poly_compress gist_poly_consistent
        gist_poly_distance gisthandler gtsquery_compress gtsquery_consistent gtsquery_penalty
        gtsquery_picksplit gtsquery_same gtsquery_union gtsvector_compress gtsvector_consistent
        gtsvector_decompress gtsvector_options gtsvector_penalty gtsvector_picksplit gtsvector_same
        gtsvector_union hash_aclitem hash_aclitem_extended hash_array hash_array_extended
        hash_multirange hash_multirange_extended hash_numeric hash_numeric_extended hash_range
        hash_range_extended hash_record hash_record_extended hashbpchar hashbpcharextended hashchar
        hashcharextended hashenum hashenumextended hashfloat4 hashfloat4extended hashfloat8
        hashfloat8extended hashhandler hashinet hashinetextended hashint2 hashint2extended hashint4
        hashint4extended hashint8 hashint8extended hashmacaddr hashmacaddr8 hashmacaddr8extended
        hashmacaddrextended hashname hashnameextended hashoid hashoidextended hashoidvector
        hashoidvectorextended hashtext hashtextextended hashtid hashtidextended hashvarlena
        hashvarlenaextended heap_tableam_handler iclikejoinsel iclikesel icnlikejoinsel icnlikesel
        icregexeqjoinsel icregexeqsel icregexnejoinsel icregexnesel in_range index_am_handler_in
        inet_gist_compress inet_gist_consistent inet_gist_fetch inet_gist_penalty
        inet_gist_picksplit inet_gist_same inet_gist_union inet_recv inet_spg_choose inet_spg_config
        inet_spg_inner_consistent inet_spg_leaf_consistent inet_spg_picksplit int2_accum
        int2_accum_inv int2recv int2vectorrecv int4_accum int4_accum_inv int4recv int8_accum
        int8_accum_inv int8_avg_accum int8_avg_accum_inv int8_avg_combine int8_avg_deserialize
        int8_avg_serialize int8inc_support int8recv internal_in internal_out interval_cmp
        interval_hash interval_hash_extended interval_larger interval_recv interval_smaller
        interval_support iso8859_1_to_utf8 iso8859_to_utf8 iso_to_koi8r iso_to_mic iso_to_win1251
        iso_to_win866 johab_to_utf8 json_agg_finalfn json_agg_transfn json_object_agg_finalfn
        json_object_agg_transfn json_recv jsonb_agg_finalfn jsonb_agg_transfn jsonb_cmp jsonb_hash
        jsonb_hash_extended jsonb_object_agg_finalfn jsonb_object_agg_transfn jsonb_recv
        jsonb_subscript_handler jsonpath_recv koi8r_to_iso koi8r_to_mic koi8r_to_utf8
        koi8r_to_win1251 koi8r_to_win866 koi8u_to_utf8 language_handler_in latin1_to_mic
        latin2_to_mic latin2_to_win1250 latin3_to_mic latin4_to_mic likejoinsel likesel line_recv
        lseg_recv macaddr8_cmp macaddr8_recv macaddr_cmp macaddr_recv macaddr_sortsupport
        matchingjoinsel matchingsel mic_to_big5 mic_to_euc_cn mic_to_euc_jp mic_to_euc_kr
        mic_to_euc_tw mic_to_iso mic_to_koi8r mic_to_latin1 mic_to_latin2 mic_to_latin3
        mic_to_latin4 mic_to_sjis mic_to_win1250 mic_to_win1251 mic_to_win866 mode_final
        multirange_agg_finalfn multirange_agg_transfn multirange_cmp multirange_gist_compress
        multirange_gist_consistent multirange_typanalyze multirangesel namerecv neqjoinsel neqsel
        network_cmp network_larger network_smaller network_sortsupport network_subset_support
        networkjoinsel networksel nlikejoinsel nlikesel numeric_accum numeric_accum_inv numeric_avg
        numeric_avg_accum numeric_avg_combine numeric_avg_deserialize numeric_avg_serialize
        numeric_cmp numeric_combine numeric_deserialize numeric_larger numeric_poly_avg
        numeric_poly_combine numeric_poly_deserialize numeric_poly_serialize numeric_poly_stddev_pop
        numeric_poly_stddev_samp numeric_poly_sum numeric_poly_var_pop numeric_poly_var_samp
        numeric_recv numeric_serialize numeric_smaller numeric_sortsupport numeric_stddev_pop
        numeric_stddev_samp numeric_sum numeric_support numeric_var_pop numeric_var_samp oidlarger
        oidrecv oidsmaller oidvectorrecv ordered_set_transition ordered_set_transition_multi
        path_recv percent_rank_final percentile_cont_float8_final percentile_cont_float8_multi_final
        percentile_cont_interval_final percentile_cont_interval_multi_final percentile_disc_final
        percentile_disc_multi_final pg_ddl_command_recv pg_dependencies_recv pg_lsn_cmp pg_lsn_hash
        pg_lsn_hash_extended pg_lsn_larger pg_lsn_recv pg_lsn_smaller pg_mcv_list_recv
        pg_ndistinct_recv pg_node_tree_recv pg_snapshot_recv plpgsql_call_handler
        plpgsql_inline_handler point_recv poly_recv positionjoinsel positionsel prefixjoinsel
        prefixsel prsd_end prsd_headline prsd_lextype prsd_nexttoken prsd_start range_agg_finalfn
        range_agg_transfn range_cmp range_gist_consistent range_gist_penalty range_gist_picksplit
        range_gist_same range_gist_union range_typanalyze rangesel rank_final
        raw_array_subscript_handler regclassrecv regcollationrecv regconfigrecv regdictionaryrecv
        regexeqjoinsel regexeqsel regexnejoinsel regexnesel regnamespacerecv regoperatorrecv
        regoperrecv regprocedurerecv regprocrecv regrolerecv regtyperecv scalargejoinsel scalargesel
        scalargtjoinsel scalargtsel scalarlejoinsel scalarlesel scalarltjoinsel scalarltsel
        shift_jis_2004_to_euc_jis_2004 shift_jis_2004_to_utf8 sjis_to_euc_jp sjis_to_mic
        sjis_to_utf8 spg_bbox_quad_config spg_box_quad_choose spg_box_quad_config
        spg_box_quad_inner_consistent spg_box_quad_leaf_consistent spg_box_quad_picksplit
        spg_kd_choose spg_kd_config spg_kd_inner_consistent spg_kd_picksplit spg_quad_choose
        spg_quad_config spg_quad_inner_consistent spg_quad_leaf_consistent spg_quad_picksplit
        spg_range_quad_choose spg_range_quad_config spg_range_quad_inner_consistent
        spg_range_quad_leaf_consistent spg_range_quad_picksplit spg_text_choose spg_text_config
        spg_text_inner_consistent spg_text_leaf_consistent spg_text_picksplit spghandler
        string_agg_finalfn string_agg_transfn system table_am_handler_in text_larger text_smaller
        text_starts_with_support texticlike_support texticregexeq_support textlike_support textrecv
        textregexeq_support thesaurus_init thesaurus_lexize tidlarger tidrecv tidsmaller time_cmp
        time_hash time_hash_extended time_larger time_recv time_smaller time_support timestamp_cmp
        timestamp_hash timestamp_hash_extended timestamp_larger timestamp_recv timestamp_smaller
        timestamp_sortsupport timestamp_support timestamptz_cmp timestamptz_larger timestamptz_recv
        timestamptz_smaller timetz_cmp timetz_hash timetz_hash_extended timetz_larger timetz_recv
        timetz_smaller ts_typanalyze tsm_handler_in tsmatchjoinsel tsmatchsel tsquery_cmp
        tsqueryrecv tsvector_cmp tsvectorrecv txid_snapshot_recv uhc_to_utf8 unknownrecv
        utf8_to_big5 utf8_to_euc_cn utf8_to_euc_jis_2004 utf8_to_euc_jp utf8_to_euc_kr
        utf8_to_euc_tw utf8_to_gb18030 utf8_to_gbk utf8_to_iso8859 utf8_to_iso8859_1 utf8_to_johab
        utf8_to_koi8r utf8_to_koi8u utf8_to_shift_jis_2004 utf8_to_sjis utf8_to_uhc utf8_to_win
        uuid_cmp uuid_hash uuid_hash_extended uuid_recv uuid_sortsupport varbit_recv varbit_support
        varchar_support varcharrecv void_recv win1250_to_latin2 win1250_to_mic win1251_to_iso
        win1251_to_koi8r win1251_to_mic win1251_to_win866 win866_to_iso win866_to_koi8r
        win866_to_mic win866_to_win1251 win_to_utf8 window_dense_rank_support window_rank_support
        window_row_number_support xid8_larger xid8_smaller xid8cmp xid8recv xidrecv xml_recv
        """

    /// Implement built-in operators: pure over their operands.
    static let operators = """
        aclcontains aclinsert aclitemeq aclremove anytextcat array_append array_cat array_eq
        array_ge array_gt array_le array_lt array_ne array_prepend arraycontained arraycontains
        arrayoverlap bitand bitcat biteq bitge bitgt bitle bitlt bitne bitnot bitor bitshiftleft
        bitshiftright bitxor booleq boolge boolgt boolle boollt boolne box_above box_above_eq
        box_add box_below box_below_eq box_center box_contain box_contain_pt box_contained
        box_distance box_div box_eq box_ge box_gt box_intersect box_le box_left box_lt box_mul
        box_overabove box_overbelow box_overlap box_overleft box_overright box_right box_same
        box_sub bpchar_pattern_ge bpchar_pattern_gt bpchar_pattern_le bpchar_pattern_lt bpchareq
        bpcharge bpchargt bpchariclike bpcharicnlike bpcharicregexeq bpcharicregexne bpcharle
        bpcharlike bpcharlt bpcharne bpcharnlike bpcharregexeq bpcharregexne byteacat byteaeq
        byteage byteagt byteale bytealike bytealt byteane byteanlike cash_div_cash cash_div_flt4
        cash_div_flt8 cash_div_int2 cash_div_int4 cash_div_int8 cash_eq cash_ge cash_gt cash_le
        cash_lt cash_mi cash_mul_flt4 cash_mul_flt8 cash_mul_int2 cash_mul_int4 cash_mul_int8
        cash_ne cash_pl chareq charge chargt charle charlt charne cideq circle_above circle_add_pt
        circle_below circle_center circle_contain circle_contain_pt circle_contained circle_distance
        circle_div_pt circle_eq circle_ge circle_gt circle_le circle_left circle_lt circle_mul_pt
        circle_ne circle_overabove circle_overbelow circle_overlap circle_overleft circle_overright
        circle_right circle_same circle_sub_pt close_ls close_lseg close_pb close_pl close_ps
        close_sb date_eq date_eq_timestamp date_eq_timestamptz date_ge date_ge_timestamp
        date_ge_timestamptz date_gt date_gt_timestamp date_gt_timestamptz date_le date_le_timestamp
        date_le_timestamptz date_lt date_lt_timestamp date_lt_timestamptz date_mi date_mi_interval
        date_mii date_ne date_ne_timestamp date_ne_timestamptz date_pl_interval date_pli datetime_pl
        datetimetz_pl dcbrt dist_bp dist_bs dist_cpoint dist_cpoly dist_lp dist_ls dist_pathp
        dist_pb dist_pc dist_pl dist_polyc dist_polyp dist_ppath dist_ppoly dist_ps dist_sb dist_sl
        dist_sp dpow dsqrt elem_contained_by_multirange elem_contained_by_range enum_eq enum_ge
        enum_gt enum_le enum_lt enum_ne float48div float48eq float48ge float48gt float48le float48lt
        float48mi float48mul float48ne float48pl float4abs float4div float4eq float4ge float4gt
        float4le float4lt float4mi float4mul float4ne float4pl float4um float4up float84div
        float84eq float84ge float84gt float84le float84lt float84mi float84mul float84ne float84pl
        float8abs float8div float8eq float8ge float8gt float8le float8lt float8mi float8mul float8ne
        float8pl float8um float8up flt4_mul_cash flt8_mul_cash inetand inetmi inetmi_int8 inetnot
        inetor inetpl int24div int24eq int24ge int24gt int24le int24lt int24mi int24mul int24ne
        int24pl int28div int28eq int28ge int28gt int28le int28lt int28mi int28mul int28ne int28pl
        int2_mul_cash int2abs int2and int2div int2eq int2ge int2gt int2le int2lt int2mi int2mod
        int2mul int2ne int2not int2or int2pl int2shl int2shr int2um int2up int2xor int42div int42eq
        int42ge int42gt int42le int42lt int42mi int42mul int42ne int42pl int48div int48eq int48ge
        int48gt int48le int48lt int48mi int48mul int48ne int48pl int4_mul_cash int4abs int4and
        int4div int4eq int4ge int4gt int4le int4lt int4mi int4mod int4mul int4ne int4not int4or
        int4pl int4shl int4shr int4um int4up int4xor int82div int82eq int82ge int82gt int82le
        int82lt int82mi int82mul int82ne int82pl int84div int84eq int84ge int84gt int84le int84lt
        int84mi int84mul int84ne int84pl int8_mul_cash int8abs int8and int8div int8eq int8ge int8gt
        int8le int8lt int8mi int8mod int8mul int8ne int8not int8or int8pl int8pl_inet int8shl
        int8shr int8um int8up int8xor integer_pl_date inter_lb inter_sb inter_sl interval_div
        interval_eq interval_ge interval_gt interval_le interval_lt interval_mi interval_mul
        interval_ne interval_pl interval_pl_date interval_pl_time interval_pl_timestamp
        interval_pl_timestamptz interval_pl_timetz interval_um json_array_element
        json_array_element_text json_extract_path json_extract_path_text json_object_field
        json_object_field_text jsonb_array_element jsonb_array_element_text jsonb_concat
        jsonb_contained jsonb_contains jsonb_delete jsonb_delete_path jsonb_eq jsonb_exists
        jsonb_exists_all jsonb_exists_any jsonb_extract_path jsonb_extract_path_text jsonb_ge
        jsonb_gt jsonb_le jsonb_lt jsonb_ne jsonb_object_field jsonb_object_field_text
        jsonb_path_exists_opr jsonb_path_match_opr line_distance line_eq line_horizontal
        line_interpt line_intersect line_parallel line_perp line_vertical lseg_center lseg_distance
        lseg_eq lseg_ge lseg_gt lseg_horizontal lseg_interpt lseg_intersect lseg_le lseg_length
        lseg_lt lseg_ne lseg_parallel lseg_perp lseg_vertical macaddr8_and macaddr8_eq macaddr8_ge
        macaddr8_gt macaddr8_le macaddr8_lt macaddr8_ne macaddr8_not macaddr8_or macaddr_and
        macaddr_eq macaddr_ge macaddr_gt macaddr_le macaddr_lt macaddr_ne macaddr_not macaddr_or
        mul_d_interval multirange_adjacent_multirange multirange_adjacent_range
        multirange_after_multirange multirange_after_range multirange_before_multirange
        multirange_before_range multirange_contained_by_multirange multirange_contained_by_range
        multirange_contains_elem multirange_contains_multirange multirange_contains_range
        multirange_eq multirange_ge multirange_gt multirange_intersect multirange_le multirange_lt
        multirange_minus multirange_ne multirange_overlaps_multirange multirange_overlaps_range
        multirange_overleft_multirange multirange_overleft_range multirange_overright_multirange
        multirange_overright_range multirange_union nameeq nameeqtext namege namegetext namegt
        namegttext nameiclike nameicnlike nameicregexeq nameicregexne namele nameletext namelike
        namelt namelttext namene namenetext namenlike nameregexeq nameregexne network_eq network_ge
        network_gt network_le network_lt network_ne network_overlap network_sub network_subeq
        network_sup network_supeq numeric_abs numeric_add numeric_div numeric_eq numeric_ge
        numeric_gt numeric_le numeric_lt numeric_mod numeric_mul numeric_ne numeric_pl_pg_lsn
        numeric_power numeric_sub numeric_uminus numeric_uplus oideq oidge oidgt oidle oidlt oidne
        oidvectoreq oidvectorge oidvectorgt oidvectorle oidvectorlt oidvectorne on_pb on_pl on_ppath
        on_ps on_sb on_sl path_add path_add_pt path_contain_pt path_distance path_div_pt path_inter
        path_length path_mul_pt path_n_eq path_n_ge path_n_gt path_n_le path_n_lt path_npoints
        path_sub_pt pg_lsn_eq pg_lsn_ge pg_lsn_gt pg_lsn_le pg_lsn_lt pg_lsn_mi pg_lsn_mii pg_lsn_ne
        pg_lsn_pli point_above point_add point_below point_distance point_div point_eq point_horiz
        point_left point_mul point_ne point_right point_sub point_vert poly_above poly_below
        poly_center poly_contain poly_contain_pt poly_contained poly_distance poly_left poly_npoints
        poly_overabove poly_overbelow poly_overlap poly_overleft poly_overright poly_right poly_same
        pt_contained_circle pt_contained_poly range_adjacent range_adjacent_multirange range_after
        range_after_multirange range_before range_before_multirange range_contained_by
        range_contained_by_multirange range_contains range_contains_elem range_contains_multirange
        range_eq range_ge range_gt range_intersect range_le range_lt range_minus range_ne
        range_overlaps range_overlaps_multirange range_overleft range_overleft_multirange
        range_overright range_overright_multirange range_union record_eq record_ge record_gt
        record_image_eq record_image_ge record_image_gt record_image_le record_image_lt
        record_image_ne record_le record_lt record_ne starts_with text_ge text_gt text_le text_lt
        text_pattern_ge text_pattern_gt text_pattern_le text_pattern_lt textanycat textcat texteq
        texteqname textgename textgtname texticlike texticnlike texticregexeq texticregexne
        textlename textlike textltname textne textnename textnlike textregexeq textregexne tideq
        tidge tidgt tidle tidlt tidne time_eq time_ge time_gt time_le time_lt time_mi_interval
        time_mi_time time_ne time_pl_interval timedate_pl timestamp_eq timestamp_eq_date
        timestamp_eq_timestamptz timestamp_ge timestamp_ge_date timestamp_ge_timestamptz
        timestamp_gt timestamp_gt_date timestamp_gt_timestamptz timestamp_le timestamp_le_date
        timestamp_le_timestamptz timestamp_lt timestamp_lt_date timestamp_lt_timestamptz
        timestamp_mi timestamp_mi_interval timestamp_ne timestamp_ne_date timestamp_ne_timestamptz
        timestamp_pl_interval timestamptz_eq timestamptz_eq_date timestamptz_eq_timestamp
        timestamptz_ge timestamptz_ge_date timestamptz_ge_timestamp timestamptz_gt
        timestamptz_gt_date timestamptz_gt_timestamp timestamptz_le timestamptz_le_date
        timestamptz_le_timestamp timestamptz_lt timestamptz_lt_date timestamptz_lt_timestamp
        timestamptz_mi timestamptz_mi_interval timestamptz_ne timestamptz_ne_date
        timestamptz_ne_timestamp timestamptz_pl_interval timetz_eq timetz_ge timetz_gt timetz_le
        timetz_lt timetz_mi_interval timetz_ne timetz_pl_interval timetzdate_pl ts_match_qv
        ts_match_tq ts_match_tt ts_match_vq tsq_mcontained tsq_mcontains tsquery_and tsquery_eq
        tsquery_ge tsquery_gt tsquery_le tsquery_lt tsquery_ne tsquery_not tsquery_or tsquery_phrase
        tsvector_concat tsvector_eq tsvector_ge tsvector_gt tsvector_le tsvector_lt tsvector_ne
        uuid_eq uuid_ge uuid_gt uuid_le uuid_lt uuid_ne varbiteq varbitge varbitgt varbitle varbitlt
        varbitne xid8eq xid8ge xid8gt xid8le xid8lt xid8ne xideq xideqint4 xidneq xidneqint4
        """
}
