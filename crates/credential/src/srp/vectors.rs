//! Exchanges computed by `amazon-cognito-identity-js` 6.3.21.
//!
//! Computed by its unchanged `AuthenticationHelper` under Node, with `smallAValue` set to `a`; its `getPasswordAuthenticationKey` gave the key.
//! `srp_b` is `k·v + g^b` in Node's own `BigInt`, and `signature` is the HMAC of `CognitoUser.authenticateUserDefaultAuth` with a block of 64 fixed bytes.
//! `a` and `b` are SHA-256 digests of a counter, which was increased until the numbers had the property that `form` names.

/// One exchange. Numbers are in hexadecimal digits, as they are sent.
pub(super) struct Vector {
    pub(super) form: &'static str,
    pub(super) pool: &'static str,
    pub(super) user: &'static str,
    pub(super) password: &'static str,
    pub(super) salt: &'static str,
    pub(super) a: &'static str,
    pub(super) srp_a: &'static str,
    pub(super) b: &'static str,
    pub(super) srp_b: &'static str,
    pub(super) key: &'static str,
    pub(super) block: &'static str,
    pub(super) timestamp: &'static str,
    pub(super) signature: &'static str,
}

pub(super) const VECTORS: [Vector; 4] = [
    Vector {
        form: "nothing is padded",
        pool: "eu-local-1_AcmeCorp1",
        user: "6d1f3c52-8f0e-4b6a-9a55-2f1f0c9f8f01",
        password: "correct horse battery",
        salt: "1d5a8a3cf4f7e2f1b7f0a2c94d3f6e71",
        a: "\
            cac11384b9641444785d673d828d2b84e5ceba96ac0869f54b4a188eb56aaac13d2b7b76ddc68d0f00d35b10977268c1a24efdbf25a3c27b7b727e90d83e22e8\
            5b2af5b391488d26a60710c80da43cfa58010f78ffdf7b703fb105a7edb3720d17d021cce8a199f3ab08b38f7f89c627d12e34e255c9730a54c5256f476f816f\
            ",
        srp_a: "\
            37c5fa0503ee41ccf8ff18df4d5f0a4e3b7b4f2b8937590e2958711957d99e0cd671360dc8cb9527154f37f7d9b662ca06607293f9820d3b221beafbab7f1914\
            9b24a9e6f8adc9179f45d7199f39099220dd4bf59f747bad3d3374eef5a723c08563f88f05c5b683a5e4472e4ac656b249f58b8c49a1f65e249e99d04b5e5ca8\
            ee68dd2097d1d09ed82302f1d5e15e2c9c2bec4eee2ea9a577593590341277a4feecd874b28a07c72fbc1108b3b0997a9097886d2a4bb59f8e2e63f93d145f68\
            1f9fdf08ecac66d783bb6a5556e02c0ce74a3773806bd840d0007ae0669683be4d672f6a81a6bf7a19c12353fa48e8fc4d0357b874af01c1876eebcc4da8d919\
            c44b9a2412691c6ce2a870fe8111b2f4c8aee905f819f8d570208ff1358caf5d21ec12a36b2d13b93a2baa532c9581605fbf1d675e5763cb66b4b8d7bdc9fce3\
            eff3b107d2f67eff8436b7c7d9c5875a8bdc65748da93625b451590f82c3ba71b24f7118e5fb968ce268a89adb669f0a3f32f724ce3aedafa301a4db61e779b8\
            ",
        b: "36be9d9faefaf1d6904e49303b4a3b8078400f340f00571b08f83e0f4e16a13e",
        srp_b: "\
            2601ebb2aa2fceb93a54c6c431e4f3614ba0945b87dc0dea7b50cbb190de8bc347faa5e1db8ebabef2f398d69de520942b88bf74736378980eaeab5fd5699010\
            aeec61ac903abd12816ef70dedecca4620934105dcaba0e1e4b97c9d93420552c494831255c8e15c5733301a74b110795390c71955829f4740430d06eab2181a\
            c80300343e3f02e604a4d10f0e29476eac902155151a1146632fe47745c61d70fc38bca5136e62f5bbde08834dabf400f9dac90c1354581553412e016b1d4d22\
            ff7d0eb61b7b5f746da76dbeba90602e18b7d78519ddb4cf5bf0e450af03a6a54e08f59736639e23cc7836ac31ec7e7b2ce5d22ae0134b4c0b834854ce5353ca\
            485b2c635ec590ba47f569d4b71d735d793ef9343d87f33cc4e480095d67c41f1c448ebfd8ec8b5c3f68d5b9d0297b439e9eb102a21357546014e6d17c8b0f04\
            794d22a85947094f709e43ae09f4cc42f4c962ebe6705112c0a7654ed038fb050cb5b961e19c0f964bd6407a590bcaaa5938d9f8135f6f62d6e6e93e14d7e1d4\
            ",
        key: "50343b3fca758cf72e5bb0df4ccf68c4",
        block: "b4lrPoYJ8gzTUqgyC/4MZxefXCMZPH52IqGFQKkw97WwB36AIr3k3DYmns6QtJ19Gt4GrNKLcV39/fn2W+vVgA==",
        timestamp: "Tue Nov 3 03:00:00 UTC 2026",
        signature: "8rqKtfd3N1h+BKFHvpYdP46MoVQb4BJxQOIjmPREcCQ=",
    },
    Vector {
        form: "salt, A, B, u and S have the high bit set",
        pool: "eu-local-1_AcmeCorp1",
        user: "6d1f3c52-8f0e-4b6a-9a55-2f1f0c9f8f01",
        password: "correct horse battery",
        salt: "f05a8a3cf4f7e2f1b7f0a2c94d3f6e71",
        a: "\
            fe8ffb2b4a651460e6d60970e957ec45aed623029d1c00a302ba21c8d4e9825fa6c4210f9fead3f3e10f9600d415af8a9200826a2ed8f58fc6f9acce7b77f902\
            4c25dc640c17536a4722db73f6047d2da045165a8459aba0f7da0527a332569136acbd3077b92a2de7f6662883954cab1f4a57d89c8286cf092d205fae8769ac\
            ",
        srp_a: "\
            bae668bba97f6d2dfdb46bc88fc5cad6490dd93692400cf5c9aa2ed4d7a1bba050e583f4e877a17af0c23487b8355852dbd79edc1b5c5952dfa655a00276f18d\
            4e083f2a9b8304bcf676bb8466a5486a1a6b2419ef0025f61f83f0f88229acebd788431a9ba3efeb0b3bea62e0b36632746ecaf40f3795d19a3c2f5c5c074692\
            e3f13dbcc1fc4598cb6cdb13121d19f38183a77532abf412b7211d5830ecebe05fe3efe818835c4031b5e3841c9a6afb28165e18e41ef678c37eb6e33cd81d0d\
            73441c8de004e907d4b1e497dec3c2c18733930a84c1c9e69ed5c4a026fd295d080dc1e7b8fb1fa27dde71e00a296bd5a84512faa6e7a2919d819d46c69d83ad\
            9c15c2256f1ac91c757d53d237e50027b4773a67b7d8eaa1336935609079ca458f718337f3c33eff2eaa0be33bef3d60f0569b71b3151e383a21185b7d1b0f0a\
            91dd5370e5ee0f6a20c48b28d6c2970b81d81bdafa171ee2018046bad462dcce4726c11ba70ef4aa04aba7cb38125174d618c23dc5d984c1d0b722716cee310c\
            ",
        b: "45e025f39650ca9ce29b367ddb9d5fc68352344d9fbbc19bcac526ad0a0d6bf4",
        srp_b: "\
            8850d78f6490fd41ab1a40f205ba992f41f0080e4330b16d53f185cdfbb2671a62652b40e2a2e32f7b9c38dca3fa56bab20e750e2a39918613ded5e2b6573c61\
            3d41f123ab0919f0f5e6c75d73aca8c94736ae1816ec2035d4b5f916019d95e6a99b7b22fd00e97a12d89ac9de970a86d12256fb54e0e648ff615d75243d7762\
            a899c4f77bdcfbdb29f505b79195c064f31f821425a71a5108befba1ea3da4af40a24dde87761cbcc6312a958f54a2826823fb9620a55117c1dc76ab709b2970\
            b1ab45e297ef105a50b0d73672165350ceaea943898867cf8ca359019f7328452c1455c7b7c96d57de63435db79a43661e4785bb15be00de901b0e9f1b870a32\
            d92cbea4bd90caf9773c082345477ffdf7f3796da2b474ceaa693509808cd3e20c86955f4ea67b7310e7f142fddf2064feb43f9a5f49f6ea99273bed231855ac\
            3787d06aa6d88706af8c1e7f62fb07896db6f29a8912d3ccda27051b2ce3d32dd2f9e3eb03a06dacc92172cd209945df0b2a8bc42dad7ea2026f1ca3e1e8d657\
            ",
        key: "8d0286d1b45edbcdc5b9d6af7a681ca9",
        block: "Yg2xpx4vstRij4c1JomIJGNPQjGlSbasJux6JJq+4g+Shj6FNebqzBdkXyBiiZTbhnGCgDoDSCdWUN9YdqyzKA==",
        timestamp: "Sat Feb 28 23:59:59 UTC 2026",
        signature: "6u3eKUlqNIk6Cpko+0L0UxirZsV2qw9ueyy+2pTc7lQ=",
    },
    Vector {
        form: "A and B have an odd number of digits",
        pool: "us-gov-west-1_X9",
        user: "6d1f3c52-8f0e-4b6a-9a55-2f1f0c9f8f01",
        password: "Grüße, 世界",
        salt: "0d5a8a3cf4f7e2f1b7f0a2c94d3f6e71",
        a: "\
            5326047fb63dd68379eb45afa419283b14cb08d91a86dc12889f2ea968bf335c941a790e2fdaacdf62291912c667e8b058c9f4bfd41a23e425e92dafbc61278f\
            9dbd7b634accca37dd147d1970f0712d9193fba5e8ad34262e63b18d9278f7e5158b8816ed6b2e93bed284d91ea69fa03c12c8bec147fa66c315ff44e6fd19f6\
            ",
        srp_a: "\
            17f4dd2eb88d7bfe6f75e1f0860a7bc58c6bb24e88d56748e90fa4f5512c7e50bc9752f70741e61c575a3d1c82f409f1314238ff12a374add63f7edb413293e0\
            455a842fd86e238558a9f9da82a98ddb9878ab9efa6884a289ac4b5be2db40dc9d0c63cf22eb1270eb3a68c115c3b5b28216a733dc75deff7466330711918efd\
            2cd38d6e56d5bdcd24af9b84a6c4d554a80d42eabb4a2ada3e7023c307c91c376742e88878f47b63a0381bc85dc305ea0bc2f8bd0f8734cc83b5ad8aa91fbe4f\
            359c53ec55a87d9442ca3f3ae8279a23c92ffd45806a02969f165d05786741d1f9e83e1eb0d93cff5ea41ac3e0abce44373e0c23e5518a570c7c678832c4795c\
            7cef1251e56957fa21b3d8eb41c164c6b3912973939c4c693165cee085eab7fea277a4620494fbec57eb6791e5f4431d0669a44467d96f9eacc30baa65660580\
            7eb31695977b433d8da920f6c35fb939bd076b4ccb671d9a9b0d528077c53494018d7ac76e2630636d51b03e82f29a8b46031014932404036b4413b1e76b66e\
            ",
        b: "ba1b4dc050c925f8ce34b28f9dbc22870ae3d97e5d431a879dd87be2e0215651",
        srp_b: "\
            1a427bfb7f94f2ce919aab881d2de8a27b5bbe479a9f84c9f7a6b4e4e9d77656807ca2e276eb39dfe8b4791a2e9a3ffecd1be2ccb964d4c52d9f4b21687f7824\
            641dc47206de23fc61539638a7e9208d630b155f5067ada1b1ff073096e87276da46fde8f405359d291e3889817d539832937bb9814aa1f5d32965858113f850\
            d8d80c2410847e2cff29787561c9f9473ab0e674d0df5f4219433dbab66f6b34a1aaa4318cf6d40bbac5e81c2b0c61c0141e9a3c8d1fbd65d1577485db8afb00\
            a384a38f31c05569dc0464db77211bfa9be3d0ab6693dd7101c5ac2069d2f9e14d0e6a2ca735ebcffd06c85072d180303f620e45ebd2ea1baa74090d281c7a05\
            a751c25f77b6a1e3285631b9de2974c28212bca69e78264633725bc0d5c8825593eef15fa5689aed3c7488ae491b0b3abd5aeda404de3bbc0343f84a3a2d4e3f\
            b543374d65c5cc09d46d2a2b76ed097bb7d618626cba31c030af52cfa18f8661d4842f4e1efd98c9236a66f5366ce1806c85bd6eb54c1debcf75f11abf2b485\
            ",
        key: "5ec39f30322af13f38b827c19d8d622f",
        block: "IcauDmkbYzk+rdSp/ILZ8HfMr1uLPPq6X/FvpND9EIjaTjADSkSEA8MNiE+nh1VCiEfNLqNw1huFQYffhwjUVA==",
        timestamp: "Wed Jan 14 12:30:05 UTC 2026",
        signature: "VTsxaLeY0HrjFi3GK6NGJ72YzSxa8PfAG83BA28zyaI=",
    },
    Vector {
        form: "salt and S begin with a zero byte",
        pool: "eu-local-1_AcmeCorp1",
        user: "6d1f3c52-8f0e-4b6a-9a55-2f1f0c9f8f01",
        password: " ",
        salt: "00e5a8a3cf4f7e2f1b7f0a2c94d3f6e7",
        a: "\
            83e0e676cd1e6dee51d69f0440a4e3523f9b1d73a7528f2fad3da2cb815c8154907ca7cfa4569daedd33b67394f30b55d0fe5e00cdd54763d1cfdb4030dbca83\
            5de53df72d8d5195cede8aac0c4dcf1f2ba286fe42da039c43c0238d837a0e100545e1be5117b8147847b6f7f22cccb17313ad605ee2f03e972b524c1818a8e3\
            ",
        srp_a: "\
            5762979d67b1c5178067f561c91c60a1bcdfd759f29789c0988fcb2f4c5eb3df70b61cfc95087d4a495eb9dc9c244163db539497d5956c982abaa0a85d44e120\
            e6f1c968a35e564844a80f1d9f4c7558656e40e9d4a25c5bd79c520500ff3970cea2d8806bb0a613e198c970b9b192c553af52bfaf76bda825e567aa7177f6dd\
            f72676b5c5cdabd21c3642e41ee8184058d3028a0199f22356b12a6f4bdcdcd6c79098bb90461df3a41aef731458843b69e0d15f4599802e1590e65118f71f0f\
            af91945e25f81ccd644c01e7b782a10a27b7a2190283fb60c643e292c5962043b66aac5a8fa2e7697397430c0e2ba2a2041a5f7cf7eeb1957c0dc00a4247489b\
            81e11ff3aa83742855f6ae202dcf7129eb0f13ee5d117a8af9cba3cb757e0631877cf00ad6e19ced4d779b35d4528970b8c792abc74717dd07aa3505c050dcb8\
            6259bec9a35d594d6c52a20a217fc40a83dc733f700a2f545b32c61d910f2123368058368eda4bf362b1725c4506dedcad2bfb9f07779f730e3f3673af3a7699\
            ",
        b: "4259b1bbe79311b9644bfbe91227dd3968788c71fe00b6f4725ba46bf00bddd0",
        srp_b: "\
            573920f74d39b4f528217e7ea721f909f1d946626b717aa592a58b765f46e131d47861a4ce4eaf4d392469dc8cd1a7c5a4e234d0a587299118ab85d18c8e085d\
            e844185f3469d861137ab17ccbaed1e9532d2a7dae455e9fce4e9190ded8f578c323b38e5f0bcd427e2feb1bc5298f63fe58576283b6324fc2d44178578cc04c\
            5f808e611c2ad4f6690561fadc48773fba3c2ed7e41037bdb651ab846ba02dac43555868848ea6093afddf7fcd7d44a0fe1a512827ca55d9325e96e4331b719b\
            128cd6c301f81127f2d40f3342ea4ddeb8479a46b07fd6c5cc1d27be6ce0e344b1cbd1a902f9837c23e77bd70c7377822e2f218cf0b7183c1b215da26273746f\
            09e23d91d654780bce33fc1381b63aa785dec62cf006657cd9fbb49a133ab8ea179d8e0d00b53a0449936a42c902a33e6cc2a0a95d18a320a8e03f46ff491dd2\
            b6e8c581d1bc7289b68c45af6c8399c5563cfa8f12d5c4c4b0ea9a1a1778edd197d15ff1164c2265edd418750852d7c1f9b0125f53110cbab20a8a3f1507c530\
            ",
        key: "a500c3e3231a84bf5a8976c36e1ee17f",
        block: "1KSKmD3Wvad/IEq7Jn7EJXNF8Q6ua/B6lGoqzt0NjNT1eIcpTV7YskDO2fWRq5asEdIjz5kDo15jffPbfabPRg==",
        timestamp: "Sun Dec 6 00:00:00 UTC 2026",
        signature: "iQrwgQueEmtCKm4NNRYNBqLDcQ15ad8MSensTiBywGw=",
    },
];
