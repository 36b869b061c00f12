"""What is no UTF-8: latin-1 is proposed of texts of Western languages, and of no other."""

from pathlib import Path

import pytest

from tuilab.data import files
from tuilab.data.columns.encoding import guessed
from tuilab.errors import BadInput

WESTERN = {
    "german": "Größe Köln Übergröße MÜNCHEN Straße STRAßE 5 €",
    "french": "été âgé où à l’été Îles Orléans cœur Noël AÎNÉ déjà «été» façade",
    "spanish": "¿Qué? ¡Sí! niño AÑO José 1º 2ª número ¿¡Cómo!?",
    "portuguese": "São João não opção 1ª açaí",
    "nordic": "Århus Ærø Malmö Åse smörgås Öst ø",
    "icelandic": "Þórður Reykjavík Ísafjörður Seyðisfjörður það",
    "catalan": "col·lecció Barça però",
    "units": "5 °C 20 µm m² m³/h ±0.5 §5 50 £ 1½ kg·m",
    "italian": "città perché più così può È però virtù università caffè lunedì",
    "estonian": "õun võõras jõgi Tõnu üle öö sõber ärä",
    "dutch": "één België coöperatie geïnd reünie",
    "finnish": "äiti yö hyvää Åbo sänky",
    "cities": "Zürich Málaga Århus Genève Köln Orléans Coruña Évora Malmö Tromsø Cádiz Bodø Forlì Liège Ísafjörður",
    "norwegian": "Bodø Høie Øino Bø Søgne Sjøa Grønnåsen Tårnåsen",
    "typographer": "“Bär” ‘x’ don’t a–b naïve… €",
}
OTHER = {
    "cp1251": "рост город Москва да нет",
    "koi8-r": "рост город Москва да нет",
    "cp866": "рост город Москва",
    "cp1253": "ύψος πόλη Αθήνα",
    "cp1255": "שלום עיר",
    "cp1256": "مدينة الطول",
    "cp874": "กรุงเทพ เมือง",
    "cp1250": "wzrost Łódź Kraków Gdańsk odpowiedź",
    "cp1250 czech": "Plzeň Děčín Žižkov České Budějovice Dvořák Jiří město dům průměr výška Novák Šárka žena nízký",
    "cp1250 slovak": "Košice Žilina Prešov Trenčín výška mesto číslo Ďuriš Kňažko",
    "cp1250 hungarian": "Győr Pécs Budapest férfi nő erdő gyűrű hosszúság szélesség tömeg állat Kecskemét közép",
    "cp1250 croatian": "Čakovec Kovačević Šibenik čovjek Đakovo visina žena muškarac mačka",
    "cp1250 romanian": "Brăila Constanţa băiat fată înălţime Timişoara Bacău",
    "cp1254": "İstanbul Şişli Muğla Diyarbakır İzmir",
    "cp1254 more": "kadın erkek yaş değer ölçüm ağırlık Çankırı Üsküdar Gümüşhane",
    "mac-roman": "größe Köln Orléans Bär",
    "cp437": "größe Köln Orléans",
    "shift-jis": "身長 東京 大阪",
    "gbk": "身高 北京 上海 城市",
    "big5": "身高 北京 上海 城市",
    "euc-kr": "서울 부산 도시",
}


def written(path: Path, words: str, codec: str) -> Path:
    rows = "".join(f"{n},{word}\n" for n, word in enumerate(words.split() * 5))
    path.write_bytes(f"x,kind\n{rows}".encode(codec))
    return path


def refusal_of(path: Path) -> str:
    with pytest.raises(BadInput) as refused:
        files.load(str(path), "")
    return str(refused.value)


@pytest.mark.parametrize("language", WESTERN)
def test_western_words_are_latin_1(tmp_path: Path, language: str) -> None:
    with written(tmp_path / "t.csv", WESTERN[language], "cp1252").open("rb") as file:
        assert guessed(file).encoding == "latin-1"


@pytest.mark.parametrize("codec", OTHER)
def test_no_other_text_is_said_to_be_latin_1(tmp_path: Path, codec: str) -> None:
    path = written(tmp_path / "t.csv", OTHER[codec], codec.partition(" ")[0])
    with path.open("rb") as file:
        assert guessed(file).encoding == ""
    said = refusal_of(path)
    assert "is not UTF-8 text, nor latin-1 by its words (" in said and "iconv -f CP1251 -t UTF-8" in said


def test_one_damaged_byte_among_letters_of_utf_8_is_to_be_mended(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("x,kind\n1,Köln\n2,Bär\n".encode() * 20 + b"3,B\xe4r\n")
    assert refusal_of(path).endswith("line 61: is not UTF-8 text, as the rest of the file is: mend that line")
