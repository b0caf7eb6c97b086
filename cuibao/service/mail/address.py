"""这个地址以后就算该单位的: the address that a claimed mail came from, kept among the unit's own in units.yaml."""

from collections.abc import Sequence

from cuibao.errors import Contradiction, CuibaoError
from cuibao.ledger import ReadMail
from cuibao.model import Claiming
from cuibao.office import Office
from cuibao.policy.mail.vouching import Word
from cuibao.tongue import say


class KeptAddress:
    """What is to be written once the mail is registered. All that can be refused is refused before: at its making, with
    Contradiction or Faults, so that a mail is not registered and the address forgotten."""

    def __init__(self, office: Office, mail: ReadMail, units: Sequence[str], claiming: Claiming) -> None:
        from cuibao.service.contacts import changing  # for a claim that changes no contacts it is not loaded

        if claiming is Claiming.DISMISSED:
            raise Contradiction(say("不是报送的来信，不能把发件地址算作单位的。"))
        if len(units) != 1:
            raise Contradiction(say("要把发件地址算作某单位的，请只选一个单位。"))
        if mail.vouched == Word.FAILED.value:
            raise Contradiction(
                say(
                    "来信 {mail} 没有通过收件服务器的验证，发件地址可能是冒用的，不能由此加进通讯录。电话核实后，"
                    "请在“联络员”表单里填写。",
                    mail=mail.id,
                )
            )
        self._office = office
        self._address = mail.sender
        self._apply = changing.apply
        self._plan = changing.plan_address(office, units[0], mail.sender)

    def write(self) -> str:
        """Write it; what came of that, in words. The mail is registered, whatever comes of it."""
        try:
            done = self._apply(self._office, self._plan)
        except CuibaoError as trouble:
            return say("{address} 没有加进通讯录，请再认领一次：{trouble}", address=self._address, trouble=trouble)
        if not done.changes:
            return say("{address} 本来就是{unit}的", address=self._address, unit=done.unchanged[0])
        return say("{address} 以后算{unit}的", address=self._address, unit=done.changes[0].name)
