"""The ids of the office's own mails: stable, apart, and known by their form."""

from cuibao.ids import is_unguessable, key_of_seed, message_id

KEY, OTHER = key_of_seed(1), key_of_seed(2)
LETTER = ("letter", "jiading", "2022-07-25", "0")


def name(*named: str, key: str = KEY) -> str:
    return message_id(key, "xinfeng-2022", "sina.com", *named)


def test_the_same_mail_has_the_same_id_under_one_key_and_another_under_another() -> None:
    assert name(*LETTER) == name(*LETTER) != name(*LETTER, key=OTHER)


def test_each_mail_has_an_id_of_its_own() -> None:
    mails = [LETTER, (*LETTER[:3], "1"), ("letter", "gupi", *LETTER[2:]), ("answer", "5f"), ("answer", "5", "f")]
    assert len({name(*each) for each in mails}) == len(mails)


def test_it_shows_128_bits_of_the_hash_and_no_word_of_the_mail() -> None:
    mark = name(*LETTER).removeprefix("<xinfeng-2022.").removesuffix("@sina.com>")
    assert len(bytes.fromhex(mark)) == 16


def test_it_knows_the_form_of_its_own() -> None:
    assert is_unguessable(name(*LETTER))
    assert is_unguessable(message_id(KEY, "xinfeng-2022~drill", "sina.com", *LETTER))
    for other in (
        "<xinfeng-2022.20220621.jiading.53c45600@sina.com>",
        "<xinfeng-2022.20220621.jiading.r1.53c45600@sina.com>",
        "<xinfeng-2022.answer.0123456789abcdef0123@sina.com>",
        name(*LETTER).strip("<>"),
        name(*LETTER).replace(".", ".x"),
        f"{name(*LETTER)} {name(*LETTER)}",
        "",
    ):
        assert not is_unguessable(other)
